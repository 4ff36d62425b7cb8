#!/usr/bin/env node
// Computes quotes again from their derivation documents and from nothing else.
// The form of the documents is told in docs/quote-derivation.md. No dependencies.
//
//   node replay.mjs quote.json ...     one document, or one in each line, per file
//   node replay.mjs < quotes.jsonl     one document in each line
//   node replay.mjs --quiet ...        mismatches and the count only
//
// Prints "ok" with the total, or "mismatch" with every difference, for each document.
// Exit code: 0 all hold, 1 some do not, 2 nothing to read or called wrongly.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// ---- exact decimals: digits * 10^-places ------------------------------------------------------

const DECIMAL = /^(-?)(0|[1-9][0-9]{0,199})(?:\.([0-9]{1,200}))?$/;

function decimal(text) {
  const found = typeof text === "string" ? DECIMAL.exec(text) : null;
  if (!found) throw new Error(`not a decimal: ${JSON.stringify(text)}`);
  const fraction = found[3] ?? "";
  return { digits: BigInt(found[1] + found[2] + fraction), places: fraction.length };
}

/** A decimal in the one form that documents use. */
function exactDecimal(text) {
  const value = decimal(text);
  if (plain(value) !== text) throw new Error(`not in its shortest form: ${text}`);
  return value;
}

const unscaled = (value, places) => value.digits * 10n ** BigInt(places - value.places);

function aligned(a, b) {
  const places = Math.max(a.places, b.places);
  return [unscaled(a, places), unscaled(b, places), places];
}

function compare(a, b) {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

const ZERO = { digits: 0n, places: 0 };
const ONE = { digits: 1n, places: 0 };

function add(a, b) {
  const [x, y, places] = aligned(a, b);
  return { digits: x + y, places };
}

function subtract(a, b) {
  return add(a, { digits: -b.digits, places: b.places });
}

function multiply(a, b) {
  return { digits: a.digits * b.digits, places: a.places + b.places };
}

function plain(value) {
  const sign = value.digits < 0n ? "-" : "";
  let digits = (value.digits < 0n ? -value.digits : value.digits).toString();
  digits = digits.padStart(value.places + 1, "0");
  const whole = digits.slice(0, digits.length - value.places);
  const fraction = digits.slice(digits.length - value.places).replace(/0+$/, "");
  return sign + whole + (fraction === "" ? "" : "." + fraction);
}

/** n / d to a whole number; d is not 0. */
function quotient(n, d, mode) {
  if (d < 0n) [n, d] = [-n, -d];
  const down = n / d; // towards zero
  const rest = n % d;
  if (rest === 0n) return down;
  const away = down + (n < 0n ? -1n : 1n);
  const twice = 2n * (rest < 0n ? -rest : rest);
  switch (mode) {
    case "UP": return away;
    case "DOWN": return down;
    case "CEILING": return n > 0n ? away : down;
    case "FLOOR": return n < 0n ? away : down;
    case "HALF_UP": return twice >= d ? away : down;
    case "HALF_DOWN": return twice > d ? away : down;
    case "HALF_EVEN": return twice > d || (twice === d && down % 2n !== 0n) ? away : down;
    default: throw new Error(`unknown rounding mode: ${mode}`);
  }
}

/** a / b as a multiple of an increment. */
function divide(a, b, increment, mode) {
  if (b.digits === 0n || increment.digits <= 0n) throw new Error("division by nothing");
  const step = multiply(b, increment);
  const [n, d] = aligned(a, step);
  return multiply({ digits: quotient(n, d, mode), places: 0 }, increment);
}

const round = (a, increment, mode) => divide(a, ONE, increment, mode);

/** Largest remainder: all parts of a total. */
function split(total, weights, increment) {
  const places = Math.max(...weights.map((weight) => weight.places));
  const whole = weights.map((weight) => unscaled(weight, places));
  const sum = whole.reduce((a, b) => a + b, 0n);
  if (sum <= 0n) throw new Error("the weights have no positive sum");
  const [n, d] = aligned(total, increment);
  if (n % d !== 0n) throw new Error("the total is no multiple of the increment");
  const units = n / d;
  const floors = whole.map((weight) => quotient(units * weight, sum, "FLOOR"));
  const lost = whole.map((weight, i) => units * weight - floors[i] * sum);
  let left = units - floors.reduce((a, b) => a + b, 0n);
  const order = whole.map((_, i) => i);
  order.sort((i, j) => (lost[i] === lost[j] ? i - j : lost[i] > lost[j] ? -1 : 1));
  for (const i of order) {
    if (left === 0n) break;
    floors[i] += 1n;
    left -= 1n;
  }
  return floors.map((part) => multiply({ digits: part, places: 0 }, increment));
}

// ---- canonical form ---------------------------------------------------------------------------

/** RFC 8785 for what documents hold: objects, arrays, texts and whole numbers. */
function canonical(value) {
  if (typeof value === "string") return JSON.stringify(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  throw new Error(`has no place in a derivation: ${value}`);
}

// ---- replay -----------------------------------------------------------------------------------

const OPERATIONS = {
  input: { members: [], args: [0, 0] },
  add: { members: [], args: [0, Infinity] },
  multiply: { members: [], args: [1, Infinity] },
  subtract: { members: [], args: [2, 2] },
  max: { members: [], args: [1, Infinity] },
  min: { members: [], args: [1, Infinity] },
  round: { members: ["increment", "mode"], args: [1, 1] },
  divide: { members: ["increment", "mode"], args: [2, 2] },
  share: { members: ["increment", "index", "weights"], args: [1, 1] },
};

function members(object, expected, what) {
  const found = Object.keys(object ?? {}).sort().join();
  if (found !== [...expected].sort().join()) throw new Error(`members of ${what}: ${found}`);
}

function compute(step, values) {
  const operation = Object.hasOwn(OPERATIONS, step.op) ? OPERATIONS[step.op] : undefined;
  if (!operation) throw new Error(`unknown operation: ${step.op}`);
  const common = ["id", "rule", "unit", "value", "op"];
  members(step, [...common, ...operation.members, ...(step.op === "input" ? [] : ["args"])], "step");
  const value = (reference) => {
    if (/^[0-9]/.test(reference)) return exactDecimal(reference);
    if (!values.has(reference)) throw new Error(`refers to nothing before it: ${reference}`);
    return values.get(reference);
  };
  const args = (step.args ?? []).map(value);
  if (args.length < operation.args[0] || args.length > operation.args[1]) {
    throw new Error(`wrong number of arguments: ${args.length}`);
  }
  switch (step.op) {
    case "input": return exactDecimal(step.value);
    case "add": return args.reduce(add, ZERO);
    case "multiply": return args.reduce(multiply, ONE);
    case "subtract": return subtract(args[0], args[1]);
    case "max": return args.reduce((a, b) => (compare(a, b) >= 0 ? a : b));
    case "min": return args.reduce((a, b) => (compare(a, b) <= 0 ? a : b));
    case "round": return round(args[0], exactDecimal(step.increment), step.mode);
    case "divide": return divide(args[0], args[1], exactDecimal(step.increment), step.mode);
    case "share": {
      const parts = split(args[0], step.weights.map(value), exactDecimal(step.increment));
      if (!(step.index in parts)) throw new Error(`no such part: ${step.index}`);
      return parts[step.index];
    }
  }
}

/** The differences between a document and what it says of itself; none if it holds. */
export function differences(document) {
  const found = [];
  const check = (holds, what) => holds || found.push(what);
  members(document, ["format", "quote", "steps", "result", "sha256"], "document");
  check(document.format === "ktizo-derivation/1", `unknown format: ${document.format}`);
  const { sha256, ...content } = document;
  const hash = createHash("sha256").update(canonical(content), "utf8").digest("hex");
  check(hash === sha256, `sha256 is ${hash}`);

  const values = new Map();
  for (const step of document.steps) {
    check(!values.has(step.id), `${step.id} occurs twice`);
    check(/^[A-Za-z]/.test(step.id), `${step.id} is no id`);
    const value = compute(step, values);
    check(plain(value) === step.value, `${step.id} is ${plain(value)} and not ${step.value}`);
    values.set(step.id, value);
  }

  const { quote, result } = document;
  const number = (at, what) => {
    members(at, ["step", "value"], what);
    const value = values.get(at.step);
    if (!value) throw new Error(`${what} refers to no step: ${at.step}`);
    check(plain(value) === plain(decimal(at.value)), `${what} is ${plain(value)}, not ${at.value}`);
    return value;
  };
  const money = (at, what) => {
    const places = decimal(at.value).places;
    check(places === quote.currency.digits, `${what} has ${places} places: ${at.value}`);
    return number(at, what);
  };
  const equal = (a, b, what) => check(compare(a, b) === 0, `${what}: ${plain(a)} and ${plain(b)}`);

  const total = {};
  for (const part of ["net", "tax", "gross"]) total[part] = money(result[part], part);
  equal(add(total.net, total.tax), total.gross, "net + tax and gross");
  const sums = { net: ZERO, tax: ZERO, gross: ZERO };
  result.lines.forEach((line, i) => {
    const at = `line ${i}`;
    members(line, ["kind", "item", "quantity", "unitPrice", "net", "tax", "gross"], at);
    const amounts = {};
    for (const part of ["net", "tax", "gross"]) {
      amounts[part] = money(line[part], `${at} ${part}`);
      sums[part] = add(sums[part], amounts[part]);
    }
    equal(add(amounts.net, amounts.tax), amounts.gross, `${at}: net + tax and gross`);
    const unit = money(line.unitPrice, `${at} unit price`);
    const shown = amounts[quote.display.toLowerCase()];
    equal(multiply(unit, decimal(String(line.quantity))), shown, `${at}: unit price × quantity`);
  });
  for (const part of ["net", "tax", "gross"]) equal(sums[part], total[part], `lines and ${part}`);
  const taxes = result.taxes.map((tax) => {
    number(tax.rate, `rate of ${tax.name}`);
    return money(tax.amount, tax.name);
  });
  equal(taxes.reduce(add, ZERO), total.tax, "taxes and tax");
  const unitPrice = money(result.unitPrice, "unit price");
  equal(unitPrice, money(result.lines[0].unitPrice, "first line"), "unit price and first line");
  number(result.gramsPerPart, "grams per part");
  number(result.secondsPerPart, "seconds per part");
  const days = number(result.days, "days");
  const quantity = values.get("quantity") ?? ZERO;
  equal(quantity, decimal(String(quote.quantity)), "quantity asked for and priced");
  equal(quantity, decimal(String(result.lines[0].quantity)), "quantity of the first line");
  const promised = Date.parse(quote.issued) + Number(plain(days)) * 86_400_000;
  check(promised === Date.parse(quote.promised), "promised is not issued plus days");
  return found;
}

async function main(args) {
  const quiet = args.includes("--quiet");
  const files = args.filter((arg) => arg !== "--quiet");
  const streams = files.length === 0 ? [process.stdin] : files.map((file) => createReadStream(file));
  let count = 0;
  let mismatches = 0;
  for (const stream of streams) {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (line.trim() === "") continue;
      count++;
      let found;
      let document;
      try {
        document = JSON.parse(line);
        found = differences(document);
      } catch (error) {
        found = [error.message];
      }
      if (found.length > 0) {
        mismatches++;
        console.log(`mismatch ${count}: ${found.join("; ")}`);
      } else if (!quiet) {
        console.log(`ok ${count}: ${document.result.gross.value} ${document.quote.currency.code}`);
      }
    }
  }
  console.log(`${count} documents, ${mismatches} mismatches`);
  return count === 0 ? 2 : mismatches > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error) => {
      console.error(`replay: ${error.message}`);
      process.exitCode = 2;
    },
  );
}
