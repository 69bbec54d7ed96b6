export const kinde = { domain: "https://example.kinde.com", clientId: "abc123" };

/** The URL of your gateway. A device has no page origin, so a path such as `/authz` is not enough. */
export const gateway = "https://api.example.com/authz";
