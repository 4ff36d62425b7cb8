// The form for a price list: fields are called like the members of the document, so that faults find them.

import { element } from './page.js';
import { collect, fill } from './form.js';

export const DECIMAL = { 'data-kind': 'decimal', inputmode: 'decimal', pattern: '[0-9]{1,10}([.,][0-9]{1,12})?', title: 'A number, for instance 12.50', required: '' };
const PERCENT = { ...DECIMAL, 'data-kind': 'percent' };
export const WHOLE = { 'data-kind': 'whole', type: 'number', step: '1', required: '' };
export const CODE = { 'data-kind': 'text', maxlength: '64', pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*', spellcheck: 'false', required: '' };
export const NAME = { 'data-kind': 'text', maxlength: '100', required: '' };
const span = (unit) => ({ 'data-kind': unit, type: 'number', min: '0', step: 'any', required: '' });

export function input(name, label, attributes) {
  return element('label', {}, label, ' ', element('input', { name, ...attributes }));
}

export function choice(name, label, options) {
  return element('label', {}, label, ' ',
    element('select', { name }, ...options.map(([value, text]) => element('option', { value }, text))));
}

export function group(title, ...children) {
  return element('fieldset', {}, element('legend', {}, title), ...children);
}

/** Rows that can be more and fewer; removing one moves those below up. */
export function rows(title, base, count, what, told, make) {
  const box = element('div', { class: 'rows' });
  const number = () => {
    [...box.children].forEach((row, i) => {
      row.setAttribute('aria-label', `${what} ${i + 1}`);
      row.querySelectorAll('[name]').forEach((field) => {
        field.name = field.name.replace(new RegExp(`^${base}/\\d+/`), `${base}/${i}/`);
      });
    });
  };
  const touched = () => told.dispatchEvent(new Event('rows'));
  const add = () => {
    const remove = element('button', { type: 'button', class: 'second' }, 'Remove');
    const row = element('div', { class: 'row', role: 'group' }, ...make(`${base}/${box.childElementCount}`), remove);
    remove.addEventListener('click', () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      number();
      touched();
      (next?.querySelector('input, select') ?? more).focus();
    });
    box.append(row);
    number();
    return row;
  };
  const more = element('button', { type: 'button', class: 'second' }, `Add ${what}`);
  more.addEventListener('click', () => {
    add().querySelector('input, select').focus();
    touched();
  });
  for (let i = 0; i < count; i++) {
    add();
  }
  return group(title, box, more);
}

/** Fields that depend on a choice: those of the others are disabled and not shown. */
export function dependent(name, label, options, told) {
  const select = choice(name, label, options.map(([value, text]) => [value, text]));
  const fields = options.flatMap(([value, , made]) => made.map((field) => {
    field.dataset.when = value;
    return field;
  }));
  const show = () => {
    const { value } = select.querySelector('select');
    fields.forEach((field) => {
      field.hidden = field.dataset.when !== value;
      field.querySelectorAll('input, select').forEach((each) => { each.disabled = field.hidden; });
    });
  };
  select.querySelector('select').addEventListener('change', show);
  told.addEventListener('filled', show);
  show();
  return [select, ...fields];
}

function charge(base, told) {
  const amount = () => [input(`${base}/amount`, 'Amount', DECIMAL)];
  return dependent(`${base}/by`, 'Charged', [
    ['order', 'once an order', amount()],
    ['part', 'for each part', amount()],
    ['cm2', 'for each cm² of surface', amount()],
    ['gram', 'for each gram', amount()],
    ['hour', 'by time', [
      input(`${base}/hourlyRate`, 'An hour', DECIMAL),
      input(`${base}/timePerPart`, 'Minutes a part', span('minutes'))]],
  ], told);
}

/** Shows a price list in the form; what this form does not show is kept as it is. */
export function showPrices(form, prices, fixed) {
  const told = new EventTarget();
  const { currency } = prices;
  delete form.dataset.changed;
  form.replaceChildren(
    element('h4', {}, fixed ? 'These prices' : 'The draft'),
    element('p', { class: 'hint' }, `Amounts in ${currency} without tax, with a point before the decimals. Printers: ${prices.printers.map((printer) => printer.name).join(', ')}.`),
    rows('Taxes', 'tax/rates', prices.tax.rates.length, 'a tax', told, (base) => [
      input(`${base}/name`, 'Name', CODE), input(`${base}/rate`, 'Percent', PERCENT)]),
    group('Prices that customers see',
      choice('tax/display', 'They are', [['GROSS', 'with tax'], ['NET', 'without tax']]),
      choice('rounding/mode', 'Rounded', [['HALF_UP', 'half up'], ['HALF_EVEN', 'half to even'], ['HALF_DOWN', 'half down'], ['UP', 'up'], ['DOWN', 'down'], ['CEILING', 'to the ceiling'], ['FLOOR', 'to the floor']]),
      input('rounding/increment', 'To a multiple of', DECIMAL),
      input('offerValidity', 'A quote is good for days', span('days'))),
    group('Materials', ...prices.materials.map((material, i) => element('div', { class: 'row', role: 'group', 'aria-label': material.name },
      input(`materials/${i}/name`, material.id, NAME),
      input(`materials/${i}/pricePerKilogram`, 'A kilogram', DECIMAL),
      input(`materials/${i}/waste`, 'Waste in percent', PERCENT),
      input(`materials/${i}/purgeGrams`, 'Purge in g a part', DECIMAL)))),
    group('Machines', ...prices.printers.map((printer, i) => element('div', { class: 'row', role: 'group', 'aria-label': printer.name },
      input(`printers/${i}/hourlyRate`, `An hour of ${printer.name}`, DECIMAL),
      input(`printers/${i}/power/kilowatts`, 'Power in kW', DECIMAL),
      input(`printers/${i}/power/pricePerKilowattHour`, 'A kWh', DECIMAL),
      input(`printers/${i}/hoursPerDay`, 'Hours a day', DECIMAL)))),
    group('Work',
      input('work/setupPerOrder', 'For each order', DECIMAL),
      input('work/handlingPerPart', 'For each part', DECIMAL),
      input('work/hourlyRate', 'An hour of work', DECIMAL),
      input('work/timePerOrder', 'Minutes an order', span('minutes')),
      input('work/timePerPart', 'Minutes a part', span('minutes'))),
    group('For prints that fail', ...dependent('risk/by', 'Add', [
      ['none', 'nothing', []],
      ['share', 'a share of material and time', [input('risk/share', 'Percent', PERCENT)]],
      ['hour', 'more, the longer a print takes', [
        input('risk/probability', 'Percent an hour', PERCENT), input('risk/atMost', 'At most percent', PERCENT)]],
    ], told)),
    group('Not less than',
      input('minimums/perPart', 'A part', DECIMAL),
      input('minimums/perLine', 'All copies of a part', DECIMAL),
      input('minimums/perOrder', 'An order', DECIMAL)),
    rows('Reductions for many copies', 'quantityBreaks', prices.quantityBreaks.length, 'a reduction', told, (base) => [
      input(`${base}/from`, 'From copies', { ...WHOLE, min: '2' }), input(`${base}/reduction`, 'Percent off', PERCENT)]),
    rows('How soon', 'leadTimes', prices.leadTimes.length, 'a choice', told, (base) => [
      input(`${base}/id`, 'Short name', CODE), input(`${base}/name`, 'Name', NAME),
      input(`${base}/days`, 'Days', { ...WHOLE, min: '0', max: '365' }), input(`${base}/factor`, 'Times the price', DECIMAL)]),
    rows('After printing', 'postProcessing', prices.postProcessing.length, 'a step', told, (base) => [
      input(`${base}/id`, 'Short name', CODE), input(`${base}/name`, 'Name', NAME), ...charge(`${base}/charge`, told),
      input(`${base}/days`, 'Days', { ...WHOLE, min: '0', max: '365' }),
      input(`${base}/materials`, 'Materials; empty for all', { 'data-kind': 'words', placeholder: 'PLA, PETG' })]),
    rows('Agreed with customers', 'customerTerms', prices.customerTerms.length, 'terms', told, (base) => [
      input(`${base}/id`, 'Name that says nothing about a person', CODE), input(`${base}/reduction`, 'Percent off', PERCENT)]),
    group('Priced at once up to',
      input('instantLimits/quantity', 'Copies', { ...WHOLE, min: '1' }),
      input('instantLimits/gramsPerPart', 'Grams a part', DECIMAL),
      input('instantLimits/timePerPart', 'Hours a part', span('hours')),
      input('instantLimits/smallestSize', 'Longest side not under mm', DECIMAL),
      input('instantLimits/unitProbability', 'Sure of the unit, percent', PERCENT)),
    ...(fixed ? [] : [element('button', {}, 'Save the draft')]));
  form.hidden = false;
  fill(form, prices);
  told.dispatchEvent(new Event('filled'));
  if (fixed) {
    form.querySelectorAll('input, select, button').forEach((field) => { field.disabled = true; });
  }
  // What is added or removed is work like what is typed.
  told.addEventListener('rows', () => { form.dataset.changed = 'yes'; });
}

/** The price list that the form means: what it shows over what it does not show. */
export function meantPrices(form, prices) {
  const meant = { quantityBreaks: [], leadTimes: [], postProcessing: [], customerTerms: [], ...collect(form) };
  return {
    ...prices,
    ...meant,
    tax: { rates: [], ...meant.tax },
    materials: prices.materials.map((material, i) => ({ ...material, ...meant.materials[i] })),
    printers: prices.printers.map((printer, i) => ({ ...printer, ...meant.printers[i] })),
  };
}
