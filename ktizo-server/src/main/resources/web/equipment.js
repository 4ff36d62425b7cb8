// What a Shop prints with and sells from: printers with their settings, materials, spools, ways of shipping.

import { all, call, callSurely, collect, day, fill, line, make, on, words } from './form.js';
import { byId, element, say } from './page.js';
import { CODE, DECIMAL, NAME, WHOLE, choice, dependent, group, input, rows } from './prices.js';

const NUMBER = { ...DECIMAL, 'data-kind': 'number' };
const SHARE = { ...DECIMAL, 'data-kind': 'share' };

function tick(name, label) {
  return element('label', { class: 'check' }, element('input', { type: 'checkbox', name }), label);
}

/**
 * A list of things, and a form in which one is added or changed.
 *
 * place: ids of list and form. at: their address. shown: a thing as text. fields: of the form, for a thing or none.
 * meant: what the form means. mayChange: whether this person may. more: further buttons of a thing. begun: after one was opened.
 */
function things({ place, at, what, shown, fields, meant = (wanted) => wanted, mayChange, more = () => [], begun = () => {} }) {
  const form = byId(place + '-form');
  let open = null;
  let tag = null;

  const clear = () => {
    open = null;
    tag = null;
    delete form.dataset.changed;
    show(null);
  };

  const show = (thing) => {
    const told = new EventTarget();
    const cancel = element('button', { type: 'button', class: 'second' }, 'Cancel');
    form.replaceChildren(
      element('h4', { tabindex: '-1' }, thing ? `Change ${thing.name ?? thing.label}` : `Add ${what}`),
      ...fields(thing, told),
      element('div', { class: 'row' }, element('button', {}, thing ? 'Save' : 'Add'), ...(thing ? [cancel] : [])));
    cancel.addEventListener('click', () => {
      clear();
      begun(null);
    });
    fill(form, thing ?? {});
    told.dispatchEvent(new Event('filled'));
    told.addEventListener('rows', () => { form.dataset.changed = 'yes'; });
  };

  const read = async (id) => {
    ({ body: open, tag } = await call('GET', `${at()}/${id}`));
    return open;
  };

  const list = async () => {
    const items = await all(at());
    byId(place + '-list').replaceChildren(...(items.length === 0
      ? [element('li', {}, 'None yet.')]
      : items.map((item) => line(shown(item), ...(mayChange() ? [
        ['Change', async () => {
          if (form.dataset.changed && !confirm('There are changes that are not saved. Leave them?')) {
            return;
          }
          delete form.dataset.changed;
          show(await read(item.id));
          begun(open, tag);
          setTimeout(() => form.querySelector('h4').focus());
        }],
        ...more(item),
      ] : [])))));
    form.hidden = !mayChange();
    if (!form.hasChildNodes()) {
      clear();
    }
    return items;
  };

  const remove = (item) => ['Remove', async () => {
    const { tag: now } = await call('GET', `${at()}/${item.id}`);
    await callSurely('DELETE', `${at()}/${item.id}`, undefined, { 'If-Match': now });
    clear();
    begun(null);
    await list();
    say('Removed.');
  }];

  on(form, 'submit', async () => {
    const wanted = meant(collect(form), open);
    if (open) {
      await callSurely('PUT', `${at()}/${open.id}`, wanted, { 'If-Match': tag });
    } else {
      await make(form, at(), wanted);
    }
    const added = !open;
    clear();
    begun(null);
    await list();
    say(added ? 'Added.' : 'Saved.');
  });

  /** The thing that is open was changed elsewhere on the page: this is its version now. */
  const retag = (fresh) => { tag = fresh; };

  return { list, remove, retag };
}

const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const PROCESSES = [
  ['MATERIAL_EXTRUSION', 'material extrusion (FDM)'],
  ['VAT_PHOTOPOLYMERIZATION', 'vat photopolymerization (resin)'],
  ['POWDER_BED_FUSION', 'powder bed fusion (SLS, MJF)'],
  ['MATERIAL_JETTING', 'material jetting'],
  ['BINDER_JETTING', 'binder jetting'],
  ['DIRECTED_ENERGY_DEPOSITION', 'directed energy deposition'],
  ['SHEET_LAMINATION', 'sheet lamination'],
];
const PRESETS = [
  ['PRUSA_MK3S', 'Prusa MK3S, 0.4 mm'],
  ['PRUSA_MK3S_06', 'Prusa MK3S, 0.6 mm'],
  ['PRUSA_MK4', 'Prusa MK4'],
  ['PRUSA_MINI', 'Prusa MINI'],
  ['CREALITY_ENDER_3', 'Creality Ender 3'],
  ['BAMBU_X1C', 'Bambu Lab X1 Carbon'],
  ['VORON_2_4', 'Voron 2.4'],
];

function printerFields(printer, told) {
  return [
    group('The machine',
      input('code', 'Short name', CODE), input('name', 'Name', NAME),
      choice('process', 'Process', PROCESSES),
      input('units', 'Equal ones', { ...WHOLE, min: '1', max: '1000' })),
    group('What fits, in mm', ...dependent('volume/shape', 'Shape', [
      ['BOX', 'box', [input('volume/width', 'Width', NUMBER), input('volume/depth', 'Depth', NUMBER)]],
      ['CYLINDER', 'cylinder', [input('volume/diameter', 'Diameter', NUMBER)]],
      ['POLYGON', 'straight sides', [rows('Corners of the plate', 'volume/corners', printer?.volume.corners?.length ?? 3, 'a corner', told, (base) => [
        input(`${base}/x`, 'x', { ...NUMBER, pattern: '-?' + NUMBER.pattern }), input(`${base}/y`, 'y', { ...NUMBER, pattern: '-?' + NUMBER.pattern })])]],
    ], told), input('volume/height', 'Height', NUMBER)),
    group('What an hour costs',
      input('hourlyRate', 'Machine', DECIMAL),
      input('power/kilowatts', 'Power in kW', { ...NUMBER, value: '0' }),
      input('power/pricePerKilowattHour', 'A kWh', { ...DECIMAL, value: '0' })),
    group('When it prints',
      input('calendar/zone', 'Time zone', { 'data-kind': 'text', maxlength: '64', value: Intl.DateTimeFormat().resolvedOptions().timeZone, required: '' }),
      rows('Hours', 'calendar/week', printer?.calendar.week.length ?? 5, 'a day', told, (base) => [
        weekday(base), input(`${base}/from`, 'From', { 'data-kind': 'text', pattern: '([01][0-9]|2[0-3]):[0-5][0-9]', value: '08:00', required: '' }),
        input(`${base}/until`, 'Until', { 'data-kind': 'text', pattern: '([01][0-9]|2[0-3]):[0-5][0-9]|24:00', value: '18:00', required: '' })]),
      input('calendar/closed', 'Days off, as 2026-12-24', { 'data-kind': 'words', placeholder: '2026-12-24, 2026-12-25' })),
    tick('inService', 'It is in service.'),
  ];
}

function weekday(base) {
  const label = choice(`${base}/day`, 'Day', DAYS.map((each) => [each, words(each)]));
  label.querySelector('select').value = DAYS[Number(base.split('/').at(-1)) % 7];
  return label;
}

function materialFields(material, told) {
  return [
    group('The material',
      input('code', 'Short name, as all Shops call it', { ...CODE, placeholder: 'PLA' }), input('name', 'Name', NAME),
      input('density', 'Density in g/cm³', NUMBER), input('pricePerKilogram', 'A kilogram costs the customer', DECIMAL),
      input('waste', 'Waste in percent', { ...SHARE, value: '0' }), input('purgeGrams', 'Purge in g a part', { ...NUMBER, value: '0' })),
    rows('Colours', 'colours', material?.colours.length ?? 0, 'a colour', told, (base) => [
      input(`${base}/code`, 'Short name', CODE), input(`${base}/name`, 'Name', NAME),
      input(`${base}/hexes`, 'As on the web', { 'data-kind': 'words', placeholder: 'f4731c', pattern: '[0-9A-Fa-f, ]+', required: '' })]),
    tick('offered', 'It is offered.'),
  ];
}

function shippingFields(method, told) {
  return [
    group('The way', input('code', 'Short name', CODE), input('name', 'Name', NAME),
      choice('kind', 'Kind', [['DELIVERY', 'a parcel'], ['PICKUP', 'customers come for it']]),
      input('days/least', 'Days at least', { ...WHOLE, min: '0', max: '365' }),
      input('days/most', 'Days at most', { ...WHOLE, min: '0', max: '365' })),
    rows('Where to, and what it costs (not for pickup)', 'zones', method ? method.zones?.length ?? 0 : 1, 'a zone', told, (base) => [
      input(`${base}/countries`, 'Countries; empty for everywhere', { 'data-kind': 'words', placeholder: 'DE, AT' }),
      element('label', {}, 'Up to grams, price; a line each ', element('textarea', { name: `${base}/tiers`, 'data-kind': 'tiers', rows: '3', placeholder: '1000 4.90\n5000 7.50', required: '' })),
      input(`${base}/freeAbove`, 'Free from a value of', { ...DECIMAL, 'data-kind': 'optional', placeholder: 'never' }),
    ].map((field) => {
      if (field.querySelector('[data-kind=optional]')) {
        field.querySelector('input').required = false;
      }
      return field;
    })),
    tick('offered', 'It is offered.'),
  ];
}

/** The parts of the page that are about equipment; path gives an address of the Shop, role what this person is. */
export function equipment(path, role) {
  const mayPrint = () => role() === 'OWNER' || role() === 'OPERATOR';
  const materialsAt = () => path('/materials');

  const printers = things({
    place: 'printer', at: () => path('/printers'), what: 'a printer', mayChange: mayPrint,
    shown: (printer) => `${printer.name}${printer.units > 1 ? `, ${printer.units} of them` : ''}: ${printer.inService ? 'in service' : 'out of service'}${printer.ready ? '' : ', prints nothing yet'}`,
    fields: printerFields,
    meant: (wanted) => ({ ...wanted, calendar: { week: [], ...wanted.calendar } }),
    more: (printer) => [printers.remove(printer)],
    begun: (printer, tag) => showSettings(printer, tag),
  });

  const materials = things({
    place: 'material', at: materialsAt, what: 'a material', mayChange: mayPrint,
    shown: (material) => `${material.name} (${material.code}), ${material.pricePerKilogram} a kilogram, ${material.colours.length} colours${material.offered ? '' : ', not offered'}`,
    fields: materialFields,
    meant: (wanted) => ({ colours: [], ...wanted }),
    more: (material) => [materials.remove(material)],
  });

  const shipping = things({
    place: 'method', at: () => path('/shipping-methods'), what: 'a way', mayChange: () => role() === 'OWNER',
    shown: (method) => `${method.name}: ${method.kind === 'PICKUP' ? 'customers come for it' : `${method.days.least} to ${method.days.most} days`}${method.offered ? '' : ', not offered'}`,
    fields: shippingFields,
    meant: (wanted) => ({ ...wanted, zones: wanted.kind === 'PICKUP' ? [] : wanted.zones ?? [] }),
    more: (method) => [shipping.remove(method)],
  });

  // ---- settings of the printer that is open

  let printer = null;
  let printerTag = null;

  async function showSettings(opened, tag) {
    printer = opened;
    printerTag = tag;
    byId('settings').hidden = !printer;
    if (!printer) {
      return;
    }
    const form = byId('setting-form');
    const known = await all(materialsAt());
    form.elements.material.replaceChildren(...known.map(({ code, name }) => element('option', { value: code }, name)));
    form.elements.preset.replaceChildren(
      element('option', { value: '' }, 'a file of mine'), ...PRESETS.map(([value, text]) => element('option', { value }, text)));
    form.elements.preset.value = PRESETS[0][0];
    listSettings();
  }

  function listSettings() {
    byId('setting-list').replaceChildren(...(printer.settings.length === 0
      ? [element('li', {}, 'None yet: with none it prints nothing.')]
      : printer.settings.map((setting) => line(`${setting.material}, ${setting.quality}: ${setting.profile}`, ['Remove', async () => {
        await callSurely('DELETE', settingAt(setting.material, setting.quality), undefined, { 'If-Match': printerTag });
        await readPrinter();
        say('The setting is removed.');
      }]))));
  }

  const settingAt = (material, quality) => path(`/printers/${printer.id}/settings/${encodeURIComponent(material)}/${encodeURIComponent(quality)}`);

  async function readPrinter() {
    ({ body: printer, tag: printerTag } = await call('GET', path('/printers/' + printer.id)));
    printers.retag(printerTag);
    listSettings();
    await printers.list();
  }

  on('setting-form', 'submit', async (form) => {
    const { material, quality, preset, file } = form.elements;
    const at = settingAt(material.value, quality.value.trim());
    if (preset.value) {
      await callSurely('PUT', at, { preset: preset.value }, { 'If-Match': printerTag });
    } else if (file.files.length === 0) {
      throw { title: 'Choose a file first.', code: 'page.no-file', errors: [{ pointer: '/file', message: 'What PrusaSlicer exports: a configuration (.ini) or G-code.' }] };
    } else {
      await callSurely('PUT', at, file.files[0], { 'If-Match': printerTag, 'Content-Type': 'text/plain' });
    }
    form.elements.file.value = '';
    await readPrinter();
    say('The setting is kept.');
  });

  // ---- spools

  async function showStock() {
    const known = await all(materialsAt());
    const called = new Map(known.map((material) => [material.id, material]));
    const colour = (material, code) => material?.colours.find((each) => each.code === code)?.name ?? code ?? 'no colour';
    const levels = await all(path('/stock'));
    byId('stock-list').replaceChildren(...(levels.length === 0
      ? [element('li', {}, 'Nothing yet.')]
      : levels.map((level) => {
        const material = called.get(level.material);
        return element('li', {}, `${material?.name ?? level.material}, ${colour(material, level.colour)}: ${level.freeGrams} g free, ${level.heldGrams} g held for orders, on ${level.spools} spools`);
      })));
    const spools = await all(path('/spools'));
    byId('spool-list').replaceChildren(...(spools.length === 0
      ? [element('li', {}, 'None yet.')]
      : spools.map((spool) => {
        const material = called.get(spool.material);
        return line(`${spool.label}: ${material?.name ?? spool.material}, ${colour(material, spool.colour)}, ${spool.grams} g${spool.inUse ? '' : ', not in use'}, since ${day(spool.addedAt)}`,
          ...(mayPrint() ? [
            ['Weigh', async () => beginWeighing(spool)],
            [spool.inUse ? 'Put away' : 'Use again', async () => {
              const at = path('/spools/' + spool.id);
              const { tag } = await call('GET', at);
              await callSurely('PUT', at, { label: spool.label, inUse: !spool.inUse }, { 'If-Match': tag });
              await showStock();
              say('Done.');
            }],
          ] : []));
      })));
    const form = byId('spool-form');
    form.hidden = !mayPrint();
    byId('filament-form').hidden = !mayPrint();
    if (!form.dataset.changed) {
      form.elements.material.replaceChildren(...known.map(({ id, name }) => element('option', { value: id }, name)));
      const colours = () => form.elements.colour.replaceChildren(element('option', { value: '' }, 'no colour'),
        ...(called.get(form.elements.material.value)?.colours ?? []).map(({ code, name }) => element('option', { value: code }, name)));
      form.elements.material.onchange = colours;
      colours();
    }
  }

  let weighed = null;

  function beginWeighing(spool) {
    weighed = spool;
    const form = byId('weigh-form');
    form.hidden = false;
    byId('weigh-title').textContent = 'Weigh ' + spool.label;
    fill(form, { grams: spool.grams, reason: '' });
    setTimeout(() => form.elements.grams.select());
  }

  on('weigh-form', 'submit', async (form) => {
    const at = path('/spools/' + weighed.id);
    const { tag } = await call('GET', at);
    await make(form, at + '/counts', collect(form), { 'If-Match': tag });
    form.hidden = true;
    await showStock();
    say('What you weighed counts from now on.');
  });
  on('spool-form', 'submit', async (form) => {
    await make(form, path('/spools'), collect(form));
    delete form.dataset.changed;
    form.elements.label.value = '';
    await showStock();
    say('The spool is added.');
  });
  on('filament-form', 'submit', async (form) => {
    const text = await form.elements.file.files[0].text();
    let filaments;
    try {
      filaments = JSON.parse(text);
    } catch {
      throw { title: 'The file is no JSON.', code: 'page.no-json', errors: [{ pointer: '/file', message: 'This must be a file of SpoolmanDB.' }] };
    }
    const { body } = await make(form, path('/filament-imports?spools=' + form.elements.spools.checked), filaments);
    form.reset();
    await showStock();
    say(`${body.materials.length} materials, ${body.colours} colours and ${body.spools} spools are new.`
      + (body.unpriced.length > 0 ? ` Set a price for ${body.unpriced.join(', ')} to offer it.` : ''));
  });

  return { printers: printers.list, materials: materials.list, stock: showStock, shipping: shipping.list };
}
