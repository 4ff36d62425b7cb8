// The pages of people: registering, signing in, the account. They speak to the same API as everybody.

import { byId, element, request, say, showProblem } from './page.js';

const page = document.querySelector('main').dataset.page;

/** What a key may be allowed, in the API's words and in ours. */
const SCOPES = {
  'quotes:write': 'send models and ask for quotes',
  'quotes:read': 'read quotes',
  'orders:write': 'place and change orders',
  'orders:read': 'read orders',
  'files:read': 'download files of orders',
  'shop:write': "change a Shop's printers, stock and prices",
  'shop:read': "read a Shop's printers, stock and prices",
  'finance:read': 'read invoices and payouts',
};

/** An answer as {body, tag}; throws its problem document. */
function call(method, path, body, headers = {}) {
  const options = { method, headers: { ...headers } };
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  return request(path, options);
}

/** As call, but asks for password and code first where the server wants to see them again. */
async function callSurely(...request) {
  try {
    return await call(...request);
  } catch (problem) {
    if (problem.code !== 'step-up.required' && problem.code !== 'second-factor.required') {
      throw problem;
    }
    await prove();
    return call(...request);
  }
}

function prove() {
  const dialog = byId('proof');
  const form = dialog.querySelector('form');
  form.reset();
  byId('proof-code').hidden = !account.secondFactor;
  return new Promise((resolve, reject) => {
    dialog.addEventListener('close', () => {
      if (dialog.returnValue !== 'go') {
        reject({ title: 'Nothing was changed.', code: 'page.cancelled' });
        return;
      }
      const shown = { password: form.elements.password.value };
      if (form.elements.code.value) {
        shown.code = form.elements.code.value;
      }
      form.reset();
      call('POST', '/api/v1/session/proof', shown).then(resolve, reject);
    }, { once: true });
    dialog.returnValue = '';
    dialog.showModal();
  });
}

/** Does something for a click or a form, and tells what came of it. */
function on(id, event, work) {
  byId(id)?.addEventListener(event, async (happened) => {
    happened.preventDefault();
    showProblem(null);
    say('');
    const buttons = [...document.querySelectorAll('main button')];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await work(happened.target);
    } catch (problem) {
      if (!problem.code) {
        throw problem;
      }
      showProblem(problem);
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

const values = (form) => Object.fromEntries(new FormData(form));

/** The secret of a link; after the # so that it is in nobody's log, and taken out of the address bar at once. */
function secretOfLink() {
  const secret = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  return secret;
}

if (page === 'register') {
  on('register', 'submit', async (form) => {
    const filled = values(form);
    await call('POST', '/api/v1/registrations', { ...filled, oldEnough: form.elements.oldEnough.checked });
    form.hidden = true;
    say('Please look into your mail: a link there shows that the address is yours.');
  });
}

if (page === 'sign-in') {
  let challenge = '';
  on('sign-in', 'submit', async (form) => {
    const { body } = await call('POST', '/api/v1/sessions', values(form));
    if (body.next !== 'SECOND_FACTOR') {
      location.assign('/account');
      return;
    }
    challenge = body.challenge;
    form.hidden = true;
    byId('second-factor').hidden = false;
    byId('second-factor').elements.code.focus();
  });
  on('second-factor', 'submit', async (form) => {
    try {
      await call('POST', '/api/v1/sessions/second-factor', { challenge, code: form.elements.code.value });
    } catch (problem) {
      // A challenge is good for one attempt.
      form.hidden = true;
      form.reset();
      byId('sign-in').hidden = false;
      throw problem;
    }
    location.assign('/account');
  });
}

if (page === 'forgotten') {
  on('forgotten', 'submit', async (form) => {
    await call('POST', '/api/v1/password-resets', values(form));
    form.hidden = true;
    say('If the address has an account, a mail is on its way.');
  });
}

if (page === 'reset') {
  const token = secretOfLink();
  on('reset', 'submit', async (form) => {
    await call('POST', '/api/v1/password-reset-confirmations', { token, ...values(form) });
    form.hidden = true;
    byId('status').replaceChildren('Your password is set. ', element('a', { href: '/sign-in' }, 'Sign in'));
  });
}

if (page === 'confirm') {
  // Not done by opening the link: mail programs open links to look at them.
  const kinds = {
    '/verify': ['/api/v1/verifications', 'Is this e-mail address yours?', 'Thank you: your address is confirmed. '],
    '/confirm-email': ['/api/v1/email-confirmations', 'Shall this be the address of your account from now on?', 'It is. All devices are signed out. '],
    '/revert-email': ['/api/v1/email-reversals', 'Shall your account get its former address back?', 'It has it back. All devices are signed out; please set a new password. '],
    '/join': ['/api/v1/invitation-acceptances', 'Do you want to work with the Shop that invited you?', 'You belong to the Shop now. '],
  };
  const [path, question, done] = kinds[location.pathname];
  const token = secretOfLink();
  byId('question').textContent = question;
  on('confirm', 'submit', async (form) => {
    await call('POST', path, { token });
    form.hidden = true;
    byId('status').replaceChildren(done, element('a', { href: '/sign-in' }, 'Sign in'));
  });
}

let account = { secondFactor: false };
let version = null;

/** All items of a list, piece by piece. */
async function all(path) {
  const items = [];
  let after = '';
  do {
    const { body } = await call('GET', path + '?limit=200' + after);
    items.push(...body.items);
    after = body.next ? '&after=' + encodeURIComponent(body.next) : '';
  } while (after);
  return items;
}

function removable(text, label, work) {
  const id = 'remove-' + Math.random().toString(36).slice(2);
  const button = element('button', { type: 'button', id, 'aria-label': label + ': ' + text }, label);
  const line = element('li', {}, text, button);
  queueMicrotask(() => on(id, 'click', work));
  return line;
}

const time = (moment) => new Date(moment).toLocaleString();

async function showAccount() {
  const answer = await call('GET', '/api/v1/account');
  account = answer.body;
  version = answer.tag;
  const facts = [
    ['E-mail address', account.email],
    ['To be confirmed', account.pendingEmail],
    ['Role', account.role.toLowerCase()],
    ['Member since', time(account.createdAt)],
  ].filter(([, value]) => value);
  byId('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  byId('rename').elements.name.value = account.name;
  byId('factor-state').textContent = account.secondFactor
    ? `An authenticator app protects your account; ${account.recoveryCodes} recovery codes are left.`
    : 'Your password alone protects your account.';
  byId('factor-begin').hidden = account.secondFactor;
  byId('factor-codes').hidden = !account.secondFactor;
  byId('factor-remove').hidden = !account.secondFactor;
}

async function showDevices() {
  const devices = await all('/api/v1/sessions');
  byId('devices').replaceChildren(...devices.map((device) => device.current
    ? element('li', {}, `${device.device}, this one, signed in ${time(device.createdAt)}`)
    : removable(`${device.device}, last used ${time(device.lastSeenAt)}`, 'Sign out', async () => {
      await call('DELETE', '/api/v1/sessions/' + device.id);
      await showDevices();
    })));
}

async function showKeys() {
  const keys = await all('/api/v1/api-keys');
  byId('keys').replaceChildren(...keys.map((key) => removable(
    `${key.name} (${key.scopes.join(', ')}), ${key.lastUsedAt ? 'last used ' + time(key.lastUsedAt) : 'never used'}`,
    'Take back',
    async () => {
      await call('DELETE', '/api/v1/api-keys/' + key.id);
      await showKeys();
    })));
}

async function showLooks() {
  const looks = await all('/api/v1/account/looks');
  byId('looks').replaceChildren(...(looks.length === 0
    ? [element('li', {}, 'Never.')]
    : looks.map((look) => element('li', {}, `${time(look.at)}: ${look.what}, because: ${look.reason}`))));
}

function showCodes(codes) {
  byId('codes').hidden = false;
  byId('code-list').replaceChildren(...codes.map((code) => element('li', {}, element('code', {}, code))));
}

/** Text in which links lead somewhere: those of this server alone. */
function linked(text) {
  return text.split(/(https?:\/\/\S+)/).map((part) => {
    if (!part.startsWith('http') || new URL(part).origin !== location.origin) {
      return part;
    }
    return element('a', { href: part }, part);
  });
}

async function showMails() {
  const { body } = await call('GET', '/api/v1/shown-mails');
  byId('mails').replaceChildren(...(body.items.length === 0
    ? [element('p', {}, 'None yet.')]
    : body.items.map((mail) => element('article', { class: 'card' },
      element('h3', {}, mail.subject),
      element('p', {}, `to ${mail.to}, ${time(mail.at)}`),
      element('pre', {}, ...linked(mail.text))))));
}

if (page === 'mails') {
  on('look-again', 'click', showMails);
  byId('look-again').click();
}

if (page === 'account') {
  byId('scopes').append(...Object.entries(SCOPES).map(([scope, meaning]) => element(
    'label', { class: 'check' }, element('input', { type: 'checkbox', name: 'scope', value: scope }), meaning)));
  on('rename', 'submit', async (form) => {
    await call('PATCH', '/api/v1/account', values(form), { 'If-Match': version });
    await showAccount();
    say('Your name is changed.');
  });
  on('email', 'submit', async (form) => {
    await callSurely('POST', '/api/v1/account/email-changes', values(form));
    form.reset();
    await showAccount();
    say('Please look into the mail of the new address: a link there confirms it.');
  });
  on('sign-out', 'click', async () => {
    await call('DELETE', '/api/v1/session');
    location.assign('/sign-in');
  });
  on('sign-out-everywhere', 'click', async () => {
    await call('DELETE', '/api/v1/sessions');
    location.assign('/sign-in');
  });
  on('password', 'submit', async (form) => {
    await callSurely('PUT', '/api/v1/account/password', values(form));
    form.reset();
    await showDevices();
    say('Your password is changed; other devices are signed out.');
  });
  on('factor-begin', 'click', async () => {
    const { body } = await callSurely('POST', '/api/v1/account/second-factor');
    byId('factor-confirm').hidden = false;
    byId('factor-link').href = body.uri;
    byId('factor-secret').textContent = body.secret;
  });
  on('factor-confirm', 'submit', async (form) => {
    const { body } = await callSurely('POST', '/api/v1/account/second-factor/confirmation', values(form));
    form.hidden = true;
    form.reset();
    showCodes(body.recoveryCodes);
    await showAccount();
  });
  on('factor-codes', 'click', async () => {
    const { body } = await callSurely('POST', '/api/v1/account/recovery-codes');
    showCodes(body.recoveryCodes);
    await showAccount();
  });
  on('factor-remove', 'click', async () => {
    await callSurely('DELETE', '/api/v1/account/second-factor');
    byId('codes').hidden = true;
    await showAccount();
  });
  on('key', 'submit', async (form) => {
    const wanted = { name: form.elements.name.value, scopes: new FormData(form).getAll('scope') };
    if (form.elements.days.value) {
      wanted.days = Number(form.elements.days.value);
    }
    const { body } = await callSurely('POST', '/api/v1/api-keys', wanted);
    form.reset();
    byId('new-key').hidden = false;
    byId('new-key').querySelector('code').textContent = body.key;
    await showKeys();
  });
  on('close', 'submit', async () => {
    await callSurely('DELETE', '/api/v1/account');
    location.assign('/');
  });
  try {
    await showAccount();
    byId('in').hidden = false;
    await Promise.all([showDevices(), showKeys(), showLooks()]);
  } catch (problem) {
    if (problem.code === 'session.required') {
      byId('out').hidden = false;
    } else {
      showProblem(problem);
    }
  }
}
