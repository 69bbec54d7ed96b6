/**
 * Fields of a REST answer. This module translates the answers of Cerbos' REST API into the form of Cerbos' clients,
 * which use other names and do not leave out empty values. It validates nothing: the reader of the answer does, so
 * values of an unexpected form are left as they are.
 */

interface Fields {
  readonly [name: string]: unknown;
}

/** Translates the answer to `CheckResources`: `src`, `val` and `meta` become `source`, `value` and `metadata`. */
export function readCheckAnswer(answer: unknown): unknown {
  const { cerbosCallId, results } = fields(answer);
  return { cerbosCallId, results: each(results, readRow) };
}

function readRow(row: unknown): unknown {
  const { outputs, meta, ...rest } = fields(row);
  return {
    ...rest,
    outputs: each(outputs, (output) => {
      const { src: source, val: value, ...others } = fields(output);
      return { source, value, ...others };
    }),
    metadata: meta && { ...meta, actions: readEffects(fields(meta)) },
  };
}

function readEffects({ actions }: Fields): unknown {
  // REST leaves out empty values, such as the scope of a policy without one.
  return Object.fromEntries(
    Object.entries(fields(actions)).map(([action, effect]) => [action, { matchedScope: "", ...fields(effect) }]),
  );
}

/** Translates the answer to `PlanResources`: `filter` and `meta` become `kind`, `condition` and `metadata`. */
export function readPlanAnswer(answer: unknown): unknown {
  const { cerbosCallId, filter, validationErrors = [], meta } = fields(answer);
  const { kind, condition } = fields(filter);
  const { filterDebug: conditionString, ...scopes } = fields(meta);
  return {
    cerbosCallId,
    kind,
    condition: condition && readOperand(condition),
    validationErrors,
    metadata: meta && { conditionString, ...scopes },
  };
}

function readOperand(operand: unknown): unknown {
  const { expression, variable } = fields(operand);
  if (expression !== undefined) {
    const { operator, operands = [] } = fields(expression);
    return { operator, operands: each(operands, readOperand) };
  }
  return variable === undefined ? operand : { name: variable };
}

/** The fields of any value; no fields if it is not an object. */
export function fields(value: unknown): Fields {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any value but null and undefined has fields
  return (value ?? {}) as Fields;
}

function each(list: unknown, read: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(read) : list;
}
