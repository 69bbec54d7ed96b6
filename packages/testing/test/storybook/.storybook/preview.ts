import { withPermissions } from "@kinde-cerbos/testing/storybook";
import { type Preview } from "@storybook/react-vite";

const preview: Preview = { decorators: [withPermissions], tags: ["autodocs"] };

export default preview;
