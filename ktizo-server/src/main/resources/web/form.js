// What pages with forms share: calls of the API, showing again who one is, forms and their values.

import { byId, element, request, say, showProblem } from './page.js';

/** An answer as {body, tag}; throws its problem document. A file goes as it is, with the media type in the headers. */
export function call(method, path, body, headers = {}) {
  const options = { method, headers: { ...headers } };
  if (body instanceof Blob) {
    options.body = body;
  } else if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  return request(path, options);
}

/** As call, but asks who it is first where the server wants to see that again. */
export async function callSurely(...wanted) {
  try {
    return await call(...wanted);
  } catch (problem) {
    if (problem.code !== 'step-up.required' && problem.code !== 'second-factor.required') {
      throw problem;
    }
    await prove(problem);
    return call(...wanted);
  }
}

/** A POST that makes something. Until there is an answer the key stays, so that trying again makes it once. */
export async function make(form, path, body, headers = {}) {
  form.dataset.key ??= crypto.randomUUID();
  try {
    const answer = await callSurely('POST', path, body, { ...headers, 'Idempotency-Key': form.dataset.key });
    delete form.dataset.key;
    return answer;
  } catch (problem) {
    if (problem.code !== 'page.no-connection' && problem.code !== 'server.busy') {
      delete form.dataset.key;
    }
    throw problem;
  }
}

/** All items of a list, piece by piece. */
export async function all(path, headers = {}) {
  const items = [];
  let after = '';
  do {
    const { body } = await callSurely('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${after}`, undefined, headers);
    items.push(...body.items);
    after = body.next ? '&after=' + encodeURIComponent(body.next) : '';
  } while (after);
  return items;
}

// ---- passkeys (WebAuthn Level 3 §5.1.8 and following: options and responses as JSON)

export const knowsPasskeys = () => typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential;

/** What came of the browser's dialog, as text for the server. */
async function ceremony(kind, options) {
  const { publicKey } = JSON.parse(options);
  try {
    const credential = kind === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    return JSON.stringify(credential.toJSON());
  } catch (failure) {
    throw passkeyProblem(failure.name, publicKey.rpId ?? publicKey.rp?.id);
  }
}

function passkeyProblem(name, site) {
  switch (name) {
    case 'SecurityError':
      return { title: 'Passkeys do not work at this address.', detail: `They are good for ${site}: open this page there.`, code: 'page.passkey-elsewhere' };
    case 'InvalidStateError':
      return { title: 'There is a passkey for this account on that device already.', code: 'page.passkey-known' };
    case 'NotSupportedError':
      return { title: 'This device cannot make a passkey that we take.', code: 'page.passkey-unknown' };
    default:
      return { title: 'No passkey was shown.', detail: 'You stopped it, or it took too long, or there is none on this device.', code: 'page.no-passkey' };
  }
}

export const makePasskey = (options) => ceremony('create', options);
export const showPasskey = (options) => ceremony('get', options);

// ---- showing again who one is

let dialog = null;

function field(label, attributes) {
  const input = element('input', attributes);
  return { input, label: element('label', {}, label, ' ', input) };
}

function proofDialog() {
  const password = field('Password', { name: 'password', type: 'password', autocomplete: 'current-password', maxlength: '1000', required: '' });
  const code = field('Code from your app, or a recovery code', { name: 'code', autocomplete: 'one-time-code', maxlength: '100' });
  const passkey = element('button', { type: 'button', name: 'passkey' }, 'Use a passkey');
  const fault = element('p', { class: 'fault', role: 'alert' });
  const form = element('form', { class: 'card' },
    element('h2', { id: 'proof-title' }, 'Please show again who you are'),
    fault, passkey, password.label, code.label,
    element('div', { class: 'row' },
      element('button', { name: 'go' }, 'Go on'),
      element('button', { type: 'button', name: 'cancel', class: 'second' }, 'Cancel')));
  const made = element('dialog', { id: 'proof', 'aria-labelledby': 'proof-title' }, form);
  document.body.append(made);
  return { made, form, passkey, fault, code };
}

/** Asks for a passkey, or password and code; what was being done goes on after it, or is refused as cancelled. */
async function prove(why) {
  const [{ body: account }, { body: passkeys }] = await Promise.all([
    call('GET', '/api/v1/account'), call('GET', '/api/v1/account/passkeys')]);
  const hasPasskey = passkeys.items.length > 0;
  const hasFactor = account.secondFactor || hasPasskey;
  if (why.code === 'second-factor.required' && !hasFactor) {
    throw { title: why.title, detail: 'Your password alone is not enough for this.', code: why.code, link: { href: '/account#factor-title', text: 'Set up a passkey or an authenticator app' } };
  }
  dialog ??= proofDialog();
  const { made, form, passkey, fault, code } = dialog;
  form.reset();
  fault.textContent = '';
  passkey.hidden = !hasPasskey || !knowsPasskeys();
  code.label.hidden = !hasFactor;
  code.input.required = hasFactor;
  return new Promise((resolve, reject) => {
    let shown = false;
    const attempt = async (work) => {
      fault.textContent = '';
      try {
        await work();
        shown = true;
        made.close();
      } catch (problem) {
        if (!problem.code) {
          throw problem;
        }
        fault.textContent = `${problem.title} ${problem.detail ?? ''}`;
      }
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      const told = { password: form.elements.password.value };
      if (form.elements.code.value) {
        told.code = form.elements.code.value;
      }
      attempt(() => call('POST', '/api/v1/session/proof', told));
    };
    passkey.onclick = () => attempt(async () => {
      const { body } = await call('POST', '/api/v1/session/passkey-options');
      await call('POST', '/api/v1/session/passkey-proof', { response: await showPasskey(body.options) });
    });
    form.elements.cancel.onclick = () => made.close();
    made.onclose = () => {
      form.reset();
      if (shown) {
        resolve();
      } else {
        reject({ title: 'Nothing was changed.', detail: 'What you wrote is still here.', code: 'page.cancelled' });
      }
    };
    made.showModal();
  });
}

// ---- forms

/** Does something for a click or a form, and tells what came of it: at the fields of that form, or of the one that the problem names. */
export function on(target, event, work) {
  const source = typeof target === 'string' ? byId(target) : target;
  source?.addEventListener(event, async (happened) => {
    happened.preventDefault();
    showProblem(null);
    say('');
    const form = source instanceof HTMLFormElement ? source : source.form ?? undefined;
    const buttons = [...document.querySelectorAll('main button:not(:disabled)')];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await work(source);
      if (event === 'submit') {
        delete form.dataset.changed;
      }
    } catch (problem) {
      if (!problem.code) {
        throw problem;
      }
      // A field that is disabled takes no focus.
      buttons.forEach((button) => { button.disabled = false; });
      showProblem(problem.code === 'session.required'
        ? { ...problem, detail: 'Sign in in another tab; what you wrote stays here.', link: { href: '/sign-in', text: 'Sign in' } }
        : problem, problem.form ?? form);
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

// Forms that say data-keep hold work that nobody wants to write twice.
document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (form) {
    delete form.dataset.key;
    if ('keep' in form.dataset) {
      form.dataset.changed = 'yes';
    }
  }
});
window.addEventListener('beforeunload', (event) => {
  if (document.querySelector('form[data-changed]:not([hidden])')) {
    event.preventDefault();
  }
});

export const values = (form) => Object.fromEntries(new FormData(form));

/** Moves the point of a decimal without leaving text: 0.075 by 2 is 7.5. */
export function shifted(decimal, places) {
  const [, sign, whole, part = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain(decimal)) ?? [null, '', decimal];
  const digits = places > 0 ? whole + part.padEnd(places, '0') : whole.padStart(1 - places, '0') + part;
  const point = places > 0 ? whole.length + places : Math.max(whole.length, 1 - places) + places;
  const text = `${digits.slice(0, point)}.${digits.slice(point)}`;
  return sign + text.replace(/^0+(?=\d)/, '').replace(/\.?0*$/, '').replace(/^$/, '0');
}

/** A decimal of the server without its exponent: 5E+3 is 5000. */
function plain(decimal) {
  const [, digits, exponent] = /^(.*?)(?:[eE]([+-]?\d+))?$/.exec(String(decimal).trim());
  return exponent ? shifted(digits, Number(exponent)) : digits;
}

const UNITS = { minutes: 60, hours: 3_600, days: 86_400 };

/** Seconds of an ISO 8601 duration as Java writes it: days, hours, minutes, seconds. */
function seconds(duration) {
  const [, days = 0, hours = 0, minutes = 0, rest = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration) ?? [];
  return days * 86_400 + hours * 3_600 + minutes * 60 + Number(rest);
}

/** What a field shows of a value. */
function shownAs(input, value) {
  const kind = input.dataset.kind;
  if (kind in UNITS) {
    return String(Number((seconds(value) / UNITS[kind]).toFixed(4)));
  }
  if (kind === 'percent' || kind === 'share') {
    return shifted(value, 2);
  }
  if (kind === 'tiers') {
    return value.map(({ upToGrams, price, upTo }) => [plain(upToGrams), price, ...(upTo ? [`${upTo.x}x${upTo.y}x${upTo.z}`] : [])].join(' ')).join('\n');
  }
  return kind === 'decimal' || kind === 'number' ? plain(value) : String(value ?? '');
}

/** What a field means. */
function meantBy(input) {
  const text = input.value.trim();
  const kind = input.dataset.kind;
  if (input.type === 'checkbox') {
    return input.checked;
  }
  if (input.dataset.shown === input.value && input.dataset.value !== undefined) {
    // What nobody changed goes back as it came: 0.20, not 0.2.
    return input.dataset.value;
  }
  if (kind in UNITS) {
    return `PT${Number((Number(text) * UNITS[kind]).toFixed(3))}S`;
  }
  if (kind === 'percent') {
    return shifted(text.replace(',', '.'), -2);
  }
  if (kind === 'decimal') {
    return text.replace(',', '.');
  }
  if (kind === 'share') {
    return Number(shifted(text.replace(',', '.'), -2));
  }
  if (kind === 'whole' || kind === 'number') {
    return Number(text.replace(',', '.'));
  }
  if (kind === 'tiers') {
    return text.split('\n').filter((each) => each.trim()).map(tier);
  }
  if (kind === 'capitals') {
    return text.toUpperCase();
  }
  if (kind === 'words') {
    return text.split(',').map((word) => word.trim()).filter(Boolean);
  }
  return kind === 'optional' && text === '' ? null : kind ? text : input.value;
}

/** A line of a table of postage: grams, price, and if need be the sides of the largest parcel in mm, as 600x400x400. */
function tier(text) {
  const [grams, price = '', sides] = text.trim().split(/[\s;]+/);
  const [x, y, z] = (sides ?? '').split('x').map(Number);
  return { upToGrams: Number(grams), price: price.replace(',', '.'), ...(sides ? { upTo: { x, y, z } } : {}) };
}

const steps = (name) => name.split('/');

/** Shows an object in the fields of a form that are called like its members, unless somebody is writing there. */
export function fill(form, object) {
  if (form.dataset.changed) {
    return;
  }
  for (const input of form.elements) {
    if (!input.name) {
      continue;
    }
    const value = steps(input.name).reduce((at, step) => at?.[step], object);
    if (input.type === 'checkbox') {
      input.checked = value === true;
    } else if (value !== undefined) {
      input.value = Array.isArray(value) && input.dataset.kind !== 'tiers' ? value.join(', ') : shownAs(input, value);
      if (typeof value === 'string') {
        input.dataset.shown = input.value;
        input.dataset.value = value;
      }
    }
  }
}

/** The object that a form means; steps that are numbers are places in lists. Fields that are disabled do not count. */
export function collect(form) {
  const object = {};
  for (const input of form.elements) {
    if (!input.name || input.disabled || input.type === 'submit' || input.type === 'button') {
      continue;
    }
    const path = steps(input.name);
    let at = object;
    path.slice(0, -1).forEach((step, i) => {
      at = at[step] ??= /^\d+$/.test(path[i + 1]) ? [] : {};
    });
    at[path.at(-1)] = meantBy(input);
  }
  return object;
}

/** A line of a list with buttons; each is [word, what it does]. */
export function line(text, ...buttons) {
  return element('li', {}, text, ...buttons.map(([label, work]) => {
    const button = element('button', { type: 'button', 'aria-label': label + ': ' + text }, label);
    on(button, 'click', work);
    return button;
  }));
}

export const time = (moment) => new Date(moment).toLocaleString();
export const day = (moment) => new Date(moment).toLocaleDateString();
/** What the API calls IN_CAPITALS, as people write it. */
export const words = (code) => code.toLowerCase().replaceAll('_', ' ');

/** Facts as pairs of a name and text; those without are left out. */
export const facts = (pairs) => pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
  .flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);

/** Shows the parts of a page of which each has an address, one at a time; the first if none is named. */
export function parts(shown) {
  const links = [...document.querySelectorAll('nav.parts a')];
  const show = async () => {
    const wanted = links.find((link) => link.hash === location.hash && !link.hidden) ?? links.find((link) => !link.hidden);
    links.forEach((link) => {
      const here = link === wanted;
      byId(link.hash.slice(1)).hidden = !here;
      if (here) {
        link.setAttribute('aria-current', 'true');
      } else {
        link.removeAttribute('aria-current');
      }
    });
    showProblem(null);
    try {
      await shown(wanted.hash.slice(1));
    } catch (problem) {
      if (!problem.code) {
        throw problem;
      }
      showProblem(problem);
    }
  };
  window.addEventListener('hashchange', async () => {
    say('');
    await show();
    byId(location.hash.slice(1))?.querySelector('h3')?.focus();
  });
  return show();
}
