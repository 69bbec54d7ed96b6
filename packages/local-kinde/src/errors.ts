/**
 * The stable code of a {@link LocalKindeError}. Messages may change between versions; codes do not.
 *
 * | code | when |
 * | --- | --- |
 * | `config_unreadable` | the config file is missing or is not JSON |
 * | `config_invalid` | the config has problems; see {@link LocalKindeConfigError.problems} |
 * | `key_invalid` | the key file is not a private RSA key, or belongs to another user who lets others read it |
 * | `port_taken` | something else listens on the port |
 * | `unknown_subject` | `createToken` names an application, person or membership that the config does not have |
 * | `unknown_entry` | `patch` names an entry that the config does not have |
 */
export type LocalKindeErrorCode =
  | "config_unreadable"
  | "config_invalid"
  | "key_invalid"
  | "port_taken"
  | "unknown_subject"
  | "unknown_entry";

/** The error class of this package. */
export class LocalKindeError extends Error {
  /** What went wrong, as a stable code. */
  readonly code: LocalKindeErrorCode;

  constructor(code: LocalKindeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "LocalKindeError";
    this.code = code;
  }
}

/** A problem with a config. */
export interface ConfigProblem {
  /** Where it is, as in JavaScript: `people[2].memberships[0].roles[1]`. Empty for the config itself. */
  path: string;
  /** What is wrong, often with a suggestion. */
  message: string;
}

/** The error for a config that cannot be used, with all of its problems. */
export class LocalKindeConfigError extends LocalKindeError {
  /** Every problem that was found, in the order of the file. */
  readonly problems: readonly ConfigProblem[];

  constructor(
    code: "config_unreadable" | "config_invalid",
    problems: readonly ConfigProblem[],
    options?: ErrorOptions & { file?: string },
  ) {
    const lines = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    super(
      code,
      [`The Kinde config${options?.file === undefined ? "" : ` ${options.file}`} cannot be used.`, ...lines].join(
        "\n  ",
      ),
      options,
    );
    this.name = "LocalKindeConfigError";
    this.problems = problems;
  }
}
