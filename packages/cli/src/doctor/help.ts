/** Kinde compares callback URLs to the letter, so the port has to be a fixed one. */
export const DEFAULT_LOGIN_PORT = 8753;

/** Cerbos' default for both limits, and what kinde-cerbos sends at most by default. */
export const DEFAULT_LIMIT = 50;

/** Text of `kinde-cerbos doctor --help`. */
export const DOCTOR_HELP = `Usage: kinde-cerbos doctor --pdp URL --issuer URL [options]
       kinde-cerbos doctor --explain FINDING

Finds what is wrong between Kinde, Cerbos and your policies, and says what to do about it.

  --pdp URL             the Cerbos PDP, or the gateway in front of it
  --issuer URL          your Kinde domain: https://YOUR_DOMAIN.kinde.com
  --client-id ID        the application that the token should be for
  --audience API        the audience that the token should have
  --origin URL          the origin of pages that call the PDP from a browser

A valid access token, from one of:
  KINDE_TOKEN           the environment variable
  --token-stdin         standard input
  --login               you sign in in a browser. It needs --client-id,
                        and http://localhost:${DEFAULT_LOGIN_PORT}/callback
                        among the allowed callback URLs in Kinde (--login-port for another port)
  --token TOKEN         the command line: everyone on this machine can read it in the list of processes

Tokens that must be refused, and that only an issuer can make:
  --expired-token TOKEN   or KINDE_EXPIRED_TOKEN: a token of this issuer that has expired
  --foreign-token TOKEN   or KINDE_FOREIGN_TOKEN: a token of another application or issuer. Several: repeat the
                          option, or separate them by spaces in the variable

Your own policies:
  --check CHECK         kind:action or kind:action:id, such as document:edit:doc-1, or JSON with attributes. The doctor
                        sends it with the token, without it, and with an id and roles that the token does not have.
                        May be repeated. --explain check has the JSON form

Other options:
  --key-set-id ID       the key set of the PDP, if it has several
  --max-resources N     how many resources your app sends in a request (default: ${DEFAULT_LIMIT})
  --max-actions N       how many actions your app sends for a resource (default: ${DEFAULT_LIMIT})
  --schema-kind KIND    a resource kind that has a schema (default: kinde_doctor)
  --strict              exit with 1 for "skipped", too
  --may-skip FINDING    with --strict: a finding that may be skipped, such as cors. May be repeated
  --json                print JSON, for programs
  --explain FINDING     print what the documentation says about a finding, and exit

Exit codes: 0 no danger; 1 a danger, or with --strict something skipped; 2 wrong usage; 3 an error in the doctor itself.
"skipped" means that nothing was proven.
`;
