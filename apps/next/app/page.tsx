import { LoginLink } from "@kinde-oss/kinde-auth-nextjs/components";

export default function Page() {
  return (
    <main>
      <h1>Documents</h1>
      <LoginLink>Sign in</LoginLink>
    </main>
  );
}
