import { withAuth } from "@kinde-oss/kinde-auth-nextjs/middleware";

// Refreshes Kinde's tokens before they expire, and redirects signed-out users to the sign-in.
export default withAuth({ isReturnToCurrentPage: true });

export const config = { matcher: ["/documents/:path*"] };
