// The pages of people: registering, signing in, the account. They speak to the same API as everybody.

import { all, call, callSurely, facts, knowsPasskeys, line, make, makePasskey, on, showPasskey, time, values } from './form.js';
import { byId, element, say, showProblem } from './page.js';

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
  // Where to go on: one of our own pages, whatever the address says.
  const wanted = new URLSearchParams(location.search).get('next');
  const next = ['/shop', '/staff', '/first-administrator', '/mails'].includes(wanted) ? wanted : '/account';
  let challenge = '';
  const passkeySignIn = async (asked) => {
    const { body } = await call('POST', '/api/v1/sessions/passkey-options', asked);
    await call('POST', '/api/v1/sessions/passkey', { response: await showPasskey(body.options) });
    location.assign(next);
  };
  byId('by-passkey').hidden = !knowsPasskeys();
  on('by-passkey', 'click', () => passkeySignIn({}));
  on('sign-in', 'submit', async (form) => {
    const { body } = await call('POST', '/api/v1/sessions', values(form));
    if (body.next !== 'SECOND_FACTOR') {
      location.assign(next);
      return;
    }
    challenge = body.challenge;
    byId('first').hidden = true;
    byId('second-factor').hidden = false;
    byId('factor-passkey').hidden = !knowsPasskeys();
    byId('second-factor').elements.code.focus();
  });
  // A challenge is good for one attempt.
  const once = async (work) => {
    try {
      await work();
    } catch (problem) {
      byId('second-factor').hidden = true;
      byId('second-factor').reset();
      byId('first').hidden = false;
      throw problem;
    }
  };
  on('factor-passkey', 'click', () => once(() => passkeySignIn({ challenge })));
  on('second-factor', 'submit', (form) => once(async () => {
    await call('POST', '/api/v1/sessions/second-factor', { challenge, code: form.elements.code.value });
    location.assign(next);
  }));
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
    '/join': ['/api/v1/invitation-acceptances', 'Do you want to work with the Shop that invited you?', 'You belong to the Shop now. ', ['/shop', 'The Shop']],
  };
  const [path, question, done, [next, label] = ['/sign-in', 'Sign in']] = kinds[location.pathname];
  const token = secretOfLink();
  byId('question').textContent = question;
  on('confirm', 'submit', async (form) => {
    await call('POST', path, { token });
    form.hidden = true;
    byId('status').replaceChildren(done, element('a', { href: next }, label));
  });
}

let account = null;
let version = null;

async function showAccount() {
  const answer = await call('GET', '/api/v1/account');
  account = answer.body;
  version = answer.tag;
  byId('facts').replaceChildren(...facts([
    ['E-mail address', account.email],
    ['To be confirmed', account.pendingEmail],
    ['Role', account.role.toLowerCase()],
    ['Member since', time(account.createdAt)],
  ]));
  byId('rename').elements.name.value = account.name;
  byId('staff-link').hidden = account.role === 'CUSTOMER';
}

/** Passkeys, the app, and what is left of the recovery codes. */
async function showFactors() {
  const { body: { items: passkeys } } = await call('GET', '/api/v1/account/passkeys');
  byId('passkeys').replaceChildren(...(passkeys.length === 0
    ? [element('li', {}, 'None yet.')]
    : passkeys.map((passkey) => line(
      `${passkey.name}, ${passkey.lastUsedAt ? 'last used ' + time(passkey.lastUsedAt) : 'added ' + time(passkey.createdAt)}`,
      ['Rename', () => beginRename(passkey)],
      ['Remove', async () => {
        await callSurely('DELETE', '/api/v1/account/passkeys/' + passkey.id);
        await showAccount();
        await showFactors();
        say('The passkey is removed here. Remove it from your device, too.');
      }]))));
  const protectedBy = [
    passkeys.length > 0 && (passkeys.length === 1 ? 'a passkey' : passkeys.length + ' passkeys'),
    account.secondFactor && 'an authenticator app',
  ].filter(Boolean);
  byId('factor-state').textContent = protectedBy.length > 0
    ? `Protected by ${protectedBy.join(' and ')}; ${account.recoveryCodes} recovery codes are left.`
    : account.role === 'ADMINISTRATOR'
      ? 'Administrators can do nothing without a second factor: please add one now.'
      : 'Your password alone protects your account.';
  byId('factor-begin').hidden = account.secondFactor;
  byId('factor-remove').hidden = !account.secondFactor;
  byId('factor-codes').hidden = protectedBy.length === 0;
}

let renamed = null;

function beginRename(passkey) {
  renamed = passkey;
  const form = byId('rename-passkey');
  form.hidden = false;
  form.elements.name.value = passkey.name;
  // The button that was pressed is enabled again after this.
  setTimeout(() => form.elements.name.select());
}

async function showDevices() {
  const devices = await all('/api/v1/sessions');
  byId('devices').replaceChildren(...devices.map((device) => device.current
    ? element('li', {}, `${device.device}, this one, signed in ${time(device.createdAt)}`)
    : line(`${device.device}, last used ${time(device.lastSeenAt)}`, ['Sign out', async () => {
      await call('DELETE', '/api/v1/sessions/' + device.id);
      await showDevices();
    }])));
}

async function showKeys() {
  const keys = await all('/api/v1/api-keys');
  byId('keys').replaceChildren(...keys.map((key) => line(
    `${key.name} (${key.scopes.join(', ')}), ${key.lastUsedAt ? 'last used ' + time(key.lastUsedAt) : 'never used'}`,
    ['Take back', async () => {
      await call('DELETE', '/api/v1/api-keys/' + key.id);
      await showKeys();
    }])));
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
  byId('passkey').hidden = !knowsPasskeys();
  byId('no-passkeys').hidden = knowsPasskeys();
  on('passkey', 'submit', async (form) => {
    const { body: { options } } = await callSurely('POST', '/api/v1/account/passkey-options');
    const { body } = await callSurely('POST', '/api/v1/account/passkeys', { ...values(form), response: await makePasskey(options) });
    form.reset();
    await Promise.all([showAccount(), showDevices()]);
    await showFactors();
    if (body.recoveryCodes.length > 0) {
      showCodes(body.recoveryCodes);
    }
    say('The passkey is added; other devices are signed out.');
  });
  on('rename-passkey', 'submit', async (form) => {
    await call('PATCH', '/api/v1/account/passkeys/' + renamed.id, values(form));
    form.hidden = true;
    await showFactors();
    say('The passkey has another name.');
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
    await showFactors();
    say('The app is your second factor from now on.');
  });
  on('factor-codes', 'click', async () => {
    const { body } = await callSurely('POST', '/api/v1/account/recovery-codes');
    showCodes(body.recoveryCodes);
    await showAccount();
    await showFactors();
    say('The former recovery codes are worth nothing now.');
  });
  on('factor-remove', 'click', async () => {
    await callSurely('DELETE', '/api/v1/account/second-factor');
    byId('codes').hidden = true;
    await showAccount();
    await showFactors();
  });
  on('key', 'submit', async (form) => {
    const wanted = { name: form.elements.name.value, scopes: new FormData(form).getAll('scope') };
    if (form.elements.days.value) {
      wanted.days = Number(form.elements.days.value);
    }
    const { body } = await make(form, '/api/v1/api-keys', wanted);
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
    await Promise.all([showFactors(), showDevices(), showKeys(), showLooks()]);
    byId(location.hash.slice(1))?.scrollIntoView();
  } catch (problem) {
    if (problem.code === 'session.required') {
      byId('out').hidden = false;
    } else {
      showProblem(problem);
    }
  }
}

if (page === 'first-administrator') {
  on('token', 'submit', async (form) => {
    await callSurely('POST', '/api/v1/administrators', { token: form.elements.token.value.trim() });
    form.reset();
    byId('token-step').hidden = true;
    byId('done-step').hidden = false;
    say('You are the first administrator. You are signed out everywhere.');
  });
  try {
    const { body } = await call('GET', '/api/v1/account');
    byId('signed-in-as').textContent = `You are signed in as ${body.name} (${body.email}).`;
    byId('token-step').hidden = false;
  } catch (problem) {
    if (problem.code === 'session.required') {
      byId('sign-in-step').hidden = false;
    } else {
      showProblem(problem);
    }
  }
}
