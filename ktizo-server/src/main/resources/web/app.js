// The first page: a file goes in, its report and the Shops' quotes come out.

import { byId, element, request, say, showProblem } from './page.js';

const MOST_BYTES = 128 * 2 ** 20;
const MOST_TRIANGLES_IN_3D = 1_500_000;
let model = null;
let viewer = null;
let asking = 0;

/** The JSON of an answer. */
const call = async (path, options) => (await request(path, options)).body;

async function attempt(what, work) {
  showProblem(null);
  say(what);
  document.body.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (problem) {
    say('');
    showProblem(problem.code ? problem : { title: 'Something went wrong on this page.', code: 'page.error' });
    if (!problem.code) {
      console.error(problem);
    }
  } finally {
    document.body.removeAttribute('aria-busy');
  }
}

function take(file) {
  if (file.size > MOST_BYTES) {
    showProblem({ title: 'The file is larger than 128 MB.', code: 'request.too-large' });
    return;
  }
  attempt(`Sending and measuring ${file.name} …`, async () => {
    byId('model').hidden = true;
    byId('quotes').hidden = true;
    byId('unit').value = '';
    model = await call('api/v1/models?name=' + encodeURIComponent(file.name), {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file,
    });
    // A reload, or a copied address, shows the same model while it is kept.
    history.replaceState(null, '', '?model=' + model.id);
    showModel();
    await ask();
  });
}

function reopen(id) {
  attempt('Looking the model up …', async () => {
    model = await call('api/v1/models/' + encodeURIComponent(id));
    showModel();
    await ask();
  });
}

const number = (value, digits = 1) => value.toLocaleString('en', { maximumFractionDigits: digits });
const words = (code) => code.toLowerCase().replaceAll('_', ' ');

function showModel() {
  const { mesh, unit } = model;
  byId('model').hidden = false;
  byId('model-title').textContent = model.name;
  const source = { STATED: 'as you said', DECLARED: 'as the file says', GUESSED: `a guess, ${unit.probability > 0.99 ? 'over 99' : number(100 * unit.probability, 0)} % sure` };
  const facts = [
    ['Size', mesh.sizeMm.map((side) => number(side)).join(' × ') + ' mm'],
    ['Unit', `${words(unit.name)} (${source[unit.source]})`],
    ['Volume', number(mesh.volumeMm3 / 1000, 2) + ' cm³'],
    ['Surface', number(mesh.areaMm2 / 100) + ' cm²'],
    ['Closed', mesh.watertight ? 'yes' : 'no'],
    ['Triangles', number(mesh.triangles, 0)],
    ['Bodies', `${model.bodies} (${mesh.shells} shells)`],
    ['Format', words(model.format)],
  ];
  byId('facts').replaceChildren(...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  const remarks = [
    ...model.reservations.map((reason) => reason.message),
    ...mesh.flaws.filter((flaw) => !flaw.preventsQuote).map((flaw) => `Noticed: ${words(flaw.code)}.`),
    ...model.notices.map((notice) => notice.message),
  ];
  byId('findings').replaceChildren(...remarks.map((text) => element('li', {}, text)));
  showPicture();
}

async function showPicture() {
  const shown = model.id;
  const picture = byId('picture');
  picture.src = `api/v1/models/${shown}/thumbnail`;
  picture.alt = `Picture of ${model.name}`;
  picture.hidden = false;
  byId('canvas').hidden = true;
  if (model.mesh.triangles > MOST_TRIANGLES_IN_3D) {
    return;
  }
  try {
    const [{ Viewer }, answer] = await Promise.all([import('./viewer.js'), fetch(`api/v1/models/${shown}/mesh`)]);
    const stl = await answer.arrayBuffer();
    if (!answer.ok || model.id !== shown) {
      return;
    }
    byId('canvas').hidden = false;
    viewer ??= new Viewer(byId('canvas'));
    viewer.show(stl);
    picture.hidden = true;
  } catch (reason) {
    // Without WebGL the picture stays, which shows the same.
    byId('canvas').hidden = true;
    console.info('no 3D view:', reason.message);
  }
}

async function ask() {
  const turn = ++asking;
  say('Asking the Shops …');
  const wish = { model: model.id, quantity: byId('quantity').valueAsNumber || 1 };
  for (const [member, id] of [['materials', 'material'], ['qualities', 'quality']]) {
    if (byId(id).value) {
      wish[member] = [byId(id).value];
    }
  }
  if (byId('unit').value) {
    wish.unit = byId('unit').value;
  }
  const quote = await call('api/v1/quotes', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(wish),
  });
  if (turn === asking) {
    showQuote(quote);
  }
}

function showQuote(quote) {
  const priced = quote.offers.filter((offer) => offer.outcome === 'PRICED');
  const looks = quote.offers.filter((offer) => offer.outcome === 'WILL_LOOK');
  priced.sort((a, b) => a.price.currency.localeCompare(b.price.currency) || a.price.gross - b.price.gross);
  const text = `${priced.length} instant ${priced.length === 1 ? 'price' : 'prices'}, ${looks.length} for the Shops to look at.`;
  byId('summary').textContent = text;
  say(text);
  byId('offers').replaceChildren(...priced.map(pricedOffer), ...looks.map(look));
  byId('quotes').hidden = false;
}

function head(offer, right) {
  return element('div', { class: 'offer-head' },
    element('div', {},
      element('h3', {}, offer.shop.name),
      element('div', { class: 'sub' }, `${offer.material.name}, ${offer.quality}, on ${offer.printer.name}`)),
    right);
}

function money(amount, currency) {
  return `${amount} ${currency}`;
}

function hours(seconds) {
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function pricedOffer(offer) {
  const { price } = offer;
  const day = new Date(price.promised).toLocaleDateString('en', { day: 'numeric', month: 'long' });
  const right = element('div', { class: 'price' }, money(price.gross, price.currency), ' ', element('small', {}, 'incl. tax'));
  const item = element('li', { class: 'offer' },
    head(offer, right),
    element('div', { class: 'sub' }, `${number(Number(price.gramsPerPart))} g and ${hours(price.secondsPerPart)} a part; ready to ship by ${day}`),
    lines(price));
  item.append(later('How this price came about', () => derivation(price.derivation)));
  return item;
}

function lines(price) {
  const body = element('tbody', {}, ...price.lines.map((line) => element('tr', {},
    element('td', {}, words(line.kind) + (line.item ? ` (${line.item})` : '')),
    element('td', { class: 'number' }, String(line.quantity)),
    element('td', { class: 'number' }, line.unitPrice),
    element('td', { class: 'number' }, line.net),
    element('td', { class: 'number' }, line.gross))));
  const names = ['What for', 'Times', price.display === 'GROSS' ? 'Each, with tax' : 'Each, without tax', 'Net', 'Gross'];
  const taxes = price.taxes.map((tax) => `${tax.name} ${number(100 * Number(tax.rate))} % ${tax.amount}`).join(', ');
  return later('Lines', () => element('div', { class: 'scroll' },
    element('table', {},
      element('caption', {}, `Amounts in ${price.currency}. Net ${price.net}` + (taxes ? `, ${taxes}` : '') + `, gross ${price.gross}.`),
      element('thead', {}, element('tr', {}, ...names.map((name, i) => element('th', i ? { class: 'number', scope: 'col' } : { scope: 'col' }, name)))),
      body)));
}

/** Made when it is opened: a quote has hundreds of rows that nobody may ever want to see. */
function later(title, make) {
  const box = element('details', {}, element('summary', {}, title));
  box.addEventListener('toggle', () => {
    if (box.open && box.childElementCount === 1) {
      box.append(make());
    }
  });
  return box;
}

const SIGNS = { add: ' + ', multiply: ' × ', subtract: ' − ', divide: ' ÷ ' };

/** A step's computation as people write it. */
function computed(step) {
  const args = step.args ?? [];
  switch (step.op) {
    case 'input':
      return 'given';
    case 'add':
    case 'multiply':
    case 'subtract':
      return args.join(SIGNS[step.op]) || '0';
    case 'divide':
      return `${args.join(SIGNS.divide)}, to a multiple of ${step.increment} (${words(step.mode)})`;
    case 'round':
      return `${args[0]}, to a multiple of ${step.increment} (${words(step.mode)})`;
    case 'max':
      return 'the greatest of ' + args.join(', ');
    case 'min':
      return 'the least of ' + args.join(', ');
    case 'share':
      return `part ${step.index + 1} of ${args[0]}, split by ${step.weights.join(', ')}`;
    default:
      return step.op;
  }
}

function derivation(document) {
  const body = element('tbody');
  let rule = null;
  for (const step of document.steps) {
    if (step.rule !== rule) {
      rule = step.rule;
      body.append(element('tr', { class: 'rule' }, element('th', { colspan: '4', scope: 'rowgroup' }, rule)));
    }
    body.append(element('tr', {},
      element('td', {}, element('code', {}, step.id)),
      element('td', {}, element('code', {}, computed(step))),
      element('td', { class: 'number' }, step.value),
      element('td', {}, step.unit === '1' ? '' : step.unit)));
  }
  return element('div', { class: 'scroll' },
    element('table', {},
      element('caption', {}, 'Every input, rule and rounding, exact. Each step names the earlier ones it is made of.'),
      element('thead', {}, element('tr', {},
        ...['Step', 'How', 'Value', 'Unit'].map((name) => element('th', name === 'Value' ? { class: 'number', scope: 'col' } : { scope: 'col' }, name)))),
      body));
}

function look(offer) {
  return element('li', { class: 'offer look' },
    head(offer, element('div', { class: 'sub' }, 'The Shop will look')),
    element('ul', {}, ...offer.reasons.map((reason) => element('li', {}, reason.message))));
}

async function fillChoices() {
  const { shops } = await call('api/v1/shops');
  const materials = new Map();
  const qualities = new Set();
  for (const shop of shops) {
    shop.materials.forEach((material) => materials.set(material.id, material.id));
    shop.printers.forEach((printer) => printer.settings.forEach((setting) => qualities.add(setting.quality)));
  }
  byId('material').append(...[...materials.keys()].sort().map((id) => element('option', { value: id }, id)));
  byId('quality').append(...[...qualities].sort().map((id) => element('option', { value: id }, id)));
}

const drop = byId('drop');
for (const kind of ['dragover', 'dragleave', 'drop']) {
  window.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragover');
    const file = kind === 'drop' && event.dataTransfer?.files[0];
    if (file) {
      take(file);
    }
  });
}
drop.addEventListener('submit', (event) => event.preventDefault());
byId('file').addEventListener('change', (event) => {
  if (event.target.files.length > 0) {
    take(event.target.files[0]);
  }
});
byId('wishes').addEventListener('submit', (event) => {
  event.preventDefault();
  attempt('', ask);
});
attempt('', fillChoices);
const known = new URLSearchParams(location.search).get('model');
if (known) {
  reopen(known);
}
