// What api/openapi.yaml says, as a check of any value: used by the fixture and by the tests of the real program.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const contract = parse(readFileSync(new URL('../../api/openapi.yaml', import.meta.url), 'utf8'));
const ajv = new Ajv2020.default({ strict: false, allErrors: true, verbose: true });
ajv.addSchema({ $id: 'contract', ...contract });
const validators = new Map();

const brief = (value) => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

const details = ({ additionalProperty, allowedValues, allowedValue }) => [additionalProperty, allowedValue, allowedValues?.join(', ')].filter((part) => part !== undefined).join(' ');

/** Where the value is not what the schema says: a line each, with path and value. Empty: it is. */
export function deviations(schema, value) {
  if (!validators.has(schema)) {
    const validator = ajv.getSchema(`contract#/components/schemas/${schema}`);
    if (validator === undefined) return [`the contract has no schema ${schema}`];
    validators.set(schema, validator);
  }
  const check = validators.get(schema);
  if (check(value)) return [];
  return check.errors.map(({ instancePath, message, params, data }) => `${schema}${instancePath} ${message} ${details(params)}: ${brief(data)}`);
}

/** The schema of a frame by its type, since the errors of a oneOf say nothing about the one that was meant. */
export function frameDeviations(frame) {
  const { discriminator } = contract.components.schemas.ServerFrame;
  const schema = discriminator.mapping[frame.type];
  return schema === undefined ? [`ServerFrame/type is unknown: ${brief(frame)}`] : deviations(schema.slice(schema.lastIndexOf('/') + 1), frame);
}

export function validate(schema, value) {
  const found = schema === 'ServerFrame' ? frameDeviations(value) : deviations(schema, value);
  if (found.length > 0) throw new Error(`The contract is broken: ${found.slice(0, 5).join('\n')}`);
  return value;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const whole = (value) => Number.isInteger(value);
const all = (check) => (value) => Array.isArray(value) && value.every(check);
const holds = (schema) => (value) => deviations(schema, value).length === 0;
const text = (value) => typeof value === 'string';

// CellType's description as code: the schema of a cell cannot know its column.
const cellChecks = {
  text, mono: text, revision: text, url: text,
  number: (value) => typeof value === 'number',
  time: whole, duration: whole,
  status: holds('StatusCell'), ratio: holds('Ratio'), ref: holds('LinkedRef'), refs: all(holds('LinkedRef')),
  flag: (value) => typeof value === 'boolean',
  tally: (value) => isObject(value) && Object.entries(value).every(([status, count]) => holds('Status')(status) && whole(count)),
  labels: (value) => isObject(value) && Object.values(value).every(text),
  list: all(text), entries: all(holds('Entry')),
};

/** Whether a value is of its column's (or field's) type; null is of every type. */
export function cellDeviations({ id, type }, value) {
  return value === null || cellChecks[type]?.(value) === true ? [] : [`${id} is no ${type}: ${brief(value)}`];
}
