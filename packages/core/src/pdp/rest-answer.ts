/**
 * The answers of Cerbos' REST API, in the shape that its clients give them: other
 * names, and what is empty is there and not left out. Nothing is believed here; who
 * reads the answer checks it, so what has another shape than expected stays as it is.
 */

interface Fields {
  readonly [name: string]: unknown;
}

/** The answer to `CheckResources`: `src`, `val` and `meta` become `source`, `value` and `metadata`. */
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
  // REST leaves out what is empty, as the scope of a policy without one.
  return Object.fromEntries(
    Object.entries(fields(actions)).map(([action, effect]) => [action, { matchedScope: "", ...fields(effect) }]),
  );
}

/** The answer to `PlanResources`: `filter` and `meta` become `kind`, `condition` and `metadata`. */
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

/** The fields of any value: what is no object has none of those asked for here. */
export function fields(value: unknown): Fields {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any value but null and undefined has fields
  return (value ?? {}) as Fields;
}

function each(list: unknown, read: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(read) : list;
}
