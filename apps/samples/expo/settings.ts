export const kinde = { domain: "https://example.kinde.com", clientId: "abc123" };

/** Your gateway. A device has no page whose origin `/authz` could be below. */
export const gateway = "https://api.example.com/authz";
