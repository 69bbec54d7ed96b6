import { type PermissionsParameter } from "@kinde-cerbos/testing/storybook";
import { type Meta, type StoryObj } from "@storybook/react-vite";
import { Toolbar } from "../samples/toolbar.tsx";

const meta: Meta<typeof Toolbar> = { component: Toolbar, args: { id: "1", ownerId: "kp_ann" } };

export default meta;

type Story = StoryObj<typeof Toolbar>;

export const Owner: Story = {
  parameters: { permissions: { user: { id: "kp_ann" }, can: { document: { edit: true, delete: false } } } },
};

export const Administrator: Story = {
  parameters: { permissions: { user: { id: "kp_eve", roles: ["admin"] }, can: { document: true } } },
};

export const SignedOut: Story = { parameters: { permissions: { user: null } } };

export const Loading: Story = {
  parameters: { permissions: { can: { document: { edit: "pending", delete: "pending" } } } },
};

const ownerOnly: PermissionsParameter["can"] = ({ principal }) => principal.id === "kp_ann";

export const Stranger: Story = { parameters: { permissions: { user: { id: "kp_ben" }, can: ownerOnly } } };
