// A Shop for its people: what is to do, who it is, what it asks, what it is paid.

import { all, call, callSurely, collect, day, facts, fill, line, make, on, parts, time, words } from './form.js';
import { byId, element, say, showProblem } from './page.js';
import { equipment } from './equipment.js';
import { meantPrices, showPrices } from './prices.js';

let shop = null;
let shopTag = null;
let role = null;

const path = (rest = '') => `/api/v1/shops/${shop.id}${rest}`;

function took(answer) {
  ({ body: shop, tag: shopTag } = answer);
  byId('shop-name').textContent = shop.name;
  byId('shop-state').textContent = words(shop.state);
  byId('shop-state').dataset.state = shop.state;
  byId('shop-reason').textContent = shop.reason;
}

const readShop = async () => took(await call('GET', path()));

// ---- what is to do

const STEPS = {
  PROFILE: ['Say who you are: name, place, a few sentences', '#profile'],
  BUSINESS: ['Name the business behind the Shop', '#business'],
  TERMS: ['Write your terms of sale', '#terms'],
  PRINTER: ['Put a printer into service', '#printers'],
  MATERIAL: ['Offer a material', '#materials'],
  PRICE_LIST: ['Publish your prices', '#prices'],
  SHIPPING: ['Say how parts get to customers', '#shipping'],
  PAYOUT: ['Open an account for payouts; you can sell before', '#money'],
};

const WAITING = {
  APPLIED: 'Our staff look at your application once profile, business and terms are there.',
  REFUSED: 'Our staff did not let the Shop in. You see the reason above.',
  SUSPENDED: 'Our staff have stopped the Shop. You see the reason above.',
  ON_HOLIDAY: 'You are on holiday: customers see no offers of yours.',
  CLOSED: 'The Shop is closed.',
};

async function showStart() {
  await readShop();
  byId('ready').textContent = WAITING[shop.state]
    ?? (shop.readyToSell ? 'Your Shop sells.' : 'You are let in. What is open below must be done before you can sell.');
  byId('checklist').replaceChildren(...Object.entries(STEPS).map(([step, [text, part]]) => {
    const open = shop.open.includes(step);
    return element('li', { class: open ? 'open' : 'done' },
      element('span', { class: 'mark' }, open ? 'to do' : 'done'), ' ',
      PARTS[role].includes(part.slice(1)) ? element('a', { href: part }, text) : text);
  }));
  const closed = shop.state === 'CLOSED';
  byId('standing').hidden = role !== 'OWNER' || closed;
  byId('apply-again').hidden = shop.state !== 'REFUSED';
  byId('holiday').hidden = !['APPROVED', 'ON_HOLIDAY'].includes(shop.state);
  const away = shop.state === 'ON_HOLIDAY';
  byId('holiday-end').hidden = !away;
  byId('holiday-go').textContent = away ? 'Change when it ends' : 'Go on holiday';
  byId('holiday-state').textContent = away
    ? (shop.holidayUntil ? `You are away until ${time(shop.holidayUntil)}.` : 'You are away until you say that you are back.')
    : 'You are there.';
}

/** A way from state to state. */
async function moved(source, method, rest, body, what) {
  took(await (method === 'POST'
    ? make(source, path(rest), body, { 'If-Match': shopTag })
    : callSurely(method, path(rest), body, { 'If-Match': shopTag })));
  await showStart();
  say(what);
}

on('apply-again', 'click', (button) => moved(button, 'POST', '/application', undefined, 'Our staff look at your Shop again.'));
on('holiday', 'submit', async (form) => {
  const { until } = collect(form);
  await moved(form, 'PUT', '/holiday', { until: until ? new Date(until).toISOString() : null }, 'Have a good holiday.');
});
on('holiday-end', 'click', (button) => moved(button, 'DELETE', '/holiday', undefined, 'Welcome back.'));
on('closing', 'submit', (form) => moved(form, 'POST', '/closure', undefined, 'The Shop is closed.'));

// ---- who it is

function saved(form, rest, read, what) {
  on(form, 'submit', async (source) => {
    took(await callSurely('PUT', path(rest), collect(source), { 'If-Match': shopTag }));
    delete source.dataset.changed;
    await read();
    say(what);
  });
}

async function showProfile() {
  await readShop();
  fill(byId('profile-form'), shop);
}

async function showBusiness() {
  await readShop();
  const { body: { business } } = await call('GET', path('/business'));
  if (business) {
    fill(byId('business-form'), { vatId: '', ...business });
  }
}

async function showTerms() {
  await readShop();
  fill(byId('terms-form'), (await call('GET', path('/terms'))).body);
}

saved('profile-form', '/profile', showProfile, 'Your profile is saved.');
saved('business-form', '/business', showBusiness, 'Your business is saved.');
saved('terms-form', '/terms', showTerms, 'Your terms are saved.');

// ---- prices

let version = null;
let versionTag = null;

async function showVersions() {
  const versions = await all(path('/price-lists'));
  const now = Date.now();
  const current = versions.find(({ from }) => from && Date.parse(from) <= now);
  byId('draft').disabled = versions.length === 0;
  byId('versions').replaceChildren(...(versions.length === 0
    ? [element('li', { class: 'card' }, 'None yet.')]
    : versions.map((each) => {
      const later = each.from && Date.parse(each.from) > now;
      const standing = !each.from ? `draft, begun ${day(each.createdAt)}`
        : each === current ? `in force since ${time(each.from)}`
          : later ? `in force from ${time(each.from)}` : `since ${time(each.from)}, replaced`;
      return versionCard(each, standing, later);
    })));
  return versions;
}

function versionCard(each, standing, later) {
  const buttons = [[each.from ? 'Look' : 'Change', () => openVersion(each.id)]];
  if (!each.from) {
    buttons.push(['Remove', () => changeVersion(each.id, 'DELETE', '', 'The draft is removed.')]);
  }
  if (later) {
    buttons.push(['Take back', () => changeVersion(each.id, 'DELETE', '/publication', 'It is a draft again.')]);
  }
  return element('li', { class: 'card' },
    element('p', {}, element('strong', {}, `Version ${each.number}`), ', ', standing),
    element('div', { class: 'row' }, ...buttons.map(([label, work], i) => {
      const button = element('button', { type: 'button', class: i ? 'second' : '', 'aria-label': `${label}: version ${each.number}` }, label);
      on(button, 'click', work);
      return button;
    })));
}

/** Whether the draft on the page may go. */
function mayLeave() {
  return !byId('prices-form').dataset.changed || confirm('The draft has changes that are not saved. Leave them?');
}

async function readVersion(id) {
  ({ body: version, tag: versionTag } = await call('GET', path('/price-lists/' + id)));
}

async function openVersion(id) {
  if (!mayLeave()) {
    return;
  }
  await readVersion(id);
  showVersion();
}

function showVersion() {
  const form = byId('prices-form');
  showPrices(form, version.prices, version.from !== null);
  byId('publish').hidden = version.from !== null;
  byId('trial-card').hidden = false;
  byId('trial-result').replaceChildren();
  form.querySelector('h4').setAttribute('tabindex', '-1');
  setTimeout(() => form.querySelector('h4').focus());
}

function closeVersion() {
  version = null;
  const form = byId('prices-form');
  delete form.dataset.changed;
  form.hidden = true;
  form.replaceChildren();
  byId('publish').hidden = true;
  byId('trial-card').hidden = true;
}

async function changeVersion(id, method, rest, what) {
  if (!mayLeave()) {
    return;
  }
  await readVersion(id);
  await callSurely(method, path('/price-lists/' + id + rest), undefined, { 'If-Match': versionTag });
  closeVersion();
  await showVersions();
  say(what);
}

async function saveDraft(form) {
  ({ body: version, tag: versionTag } = await callSurely('PUT', path('/price-lists/' + version.id),
    meantPrices(form, version.prices), { 'If-Match': versionTag }));
  delete form.dataset.changed;
}

on('draft', 'click', async () => {
  if (!mayLeave()) {
    return;
  }
  const versions = await showVersions();
  await readVersion(versions[0].id);
  ({ body: version, tag: versionTag } = await make(byId('prices-form'), path('/price-lists'), version.prices));
  await showVersions();
  showVersion();
  say(`Version ${version.number} is a draft with the prices of the newest one.`);
});
on('draft-equipment', 'click', async () => {
  if (!mayLeave()) {
    return;
  }
  ({ body: version, tag: versionTag } = await make(byId('prices-form'), path('/price-list-drafts')));
  await showVersions();
  showVersion();
  say(`Version ${version.number} is a draft with your printers and materials.`);
});
on('prices-form', 'submit', async (form) => {
  await saveDraft(form);
  showVersion();
  say('The draft is saved.');
});
on('publish', 'submit', async (form) => {
  const prices = byId('prices-form');
  if (prices.dataset.changed) {
    if (!prices.reportValidity()) {
      return;
    }
    try {
      await saveDraft(prices);
    } catch (problem) {
      throw { ...problem, form: prices };
    }
  }
  const from = form.elements.from.value;
  await make(form, path(`/price-lists/${version.id}/publication`), { from: from ? new Date(from).toISOString() : null }, { 'If-Match': versionTag });
  form.reset();
  closeVersion();
  await showVersions();
  say('Published.');
});

/** What a sample part would cost with the prices as they stand on the page, saved or not. */
async function tryPrices() {
  const trial = collect(byId('trial'));
  try {
    const { body } = version.from
      ? await call('POST', path(`/price-lists/${version.id}/previews`), trial)
      : await call('POST', path('/price-previews'), { ...trial, prices: meantPrices(byId('prices-form'), version.prices) });
    showTrial(body.offers);
  } catch (problem) {
    const ofPrices = (problem.errors ?? []).filter(({ pointer }) => pointer.startsWith('/prices/'));
    if (ofPrices.length === 0) {
      throw problem;
    }
    throw { ...problem, errors: ofPrices.map((error) => ({ ...error, pointer: error.pointer.slice('/prices'.length) })), form: byId('prices-form') };
  }
}

function showTrial(offers) {
  const head = ['Material', 'Quality', 'Printer', 'A part', 'In all, net', 'In all, with tax'];
  byId('trial-result').replaceChildren(element('div', { class: 'scroll' }, element('table', {},
    element('caption', {}, `Amounts in ${shop.currency}.`),
    element('thead', {}, element('tr', {}, ...head.map((name, i) => element('th', { scope: 'col', class: i > 2 ? 'number' : '' }, name)))),
    element('tbody', {}, ...offers.map((offer) => element('tr', {},
      element('td', {}, offer.material.name), element('td', {}, offer.quality), element('td', {}, offer.printer.name),
      ...(offer.outcome === 'PRICED'
        ? [offer.price.unitPrice, offer.price.net, offer.price.gross].map((amount) => element('td', { class: 'number' }, amount))
        : [element('td', { colspan: '3' }, offer.reasons.map(({ message }) => message).join(' '))])))))));
}

on('trial', 'submit', tryPrices);
let tryingSoon = 0;
byId('prices-form').addEventListener('input', (event) => {
  clearTimeout(tryingSoon);
  const form = event.currentTarget;
  tryingSoon = setTimeout(() => {
    // While somebody writes, half of it may be no price yet: that is told when he saves.
    if (version && byId('trial-result').hasChildNodes() && form.checkValidity()) {
      tryPrices().catch((problem) => byId('trial-result').replaceChildren(problem.title ?? 'These prices cannot be tried.'));
    }
  }, 600);
});

// ---- people

const ROLES = { OWNER: 'owner', OPERATOR: 'operator', FINANCE: 'finance' };

async function showPeople() {
  await readShop();
  const owner = role === 'OWNER';
  const members = await all(path('/members'));
  byId('members').replaceChildren(...members.map((member) => memberCard(member, owner)));
  byId('inviting').hidden = !owner;
  if (owner) {
    const waiting = await all(path('/invitations'));
    byId('invitations').replaceChildren(...(waiting.length === 0
      ? [element('li', {}, 'None.')]
      : waiting.map((each) => line(`${each.email}, as ${ROLES[each.role]}, until ${day(each.expiresAt)}`, ['Take back', async () => {
        await callSurely('DELETE', path('/invitations/' + each.id));
        await showPeople();
        say('The invitation is worth nothing any more.');
      }]))));
  }
}

function memberCard(member, owner) {
  const name = member.name ?? 'An account that is gone';
  const told = element('p', {}, element('strong', {}, name), ` ${member.email ?? ''}, ${ROLES[member.role]} since ${day(member.since)}`);
  if (!owner) {
    return element('li', { class: 'card' }, told);
  }
  const select = element('select', { name: 'role' }, ...Object.entries(ROLES).map(([value, text]) => element('option', { value }, text)));
  select.value = member.role;
  const form = element('form', { class: 'row', 'aria-label': name },
    element('label', {}, 'Role ', select), element('button', {}, 'Change'));
  on(form, 'submit', async () => {
    await callSurely('PUT', path(`/members/${member.id}/role`), { role: select.value }, { 'If-Match': shopTag });
    await showPeople();
    say(`${name} has another role.`);
  });
  const remove = element('button', { type: 'button', class: 'second', 'aria-label': 'Remove: ' + name }, 'Remove');
  on(remove, 'click', async () => {
    await callSurely('DELETE', path('/members/' + member.id), undefined, { 'If-Match': shopTag });
    await showPeople();
    say(`${name} belongs to the Shop no more.`);
  });
  form.append(remove);
  return element('li', { class: 'card' }, told, form);
}

on('invite', 'submit', async (form) => {
  await make(form, path('/invitations'), collect(form));
  form.reset();
  delete form.dataset.changed;
  await showPeople();
  say('The invitation is on its way; it is good for a week.');
});
on('leaving', 'submit', async () => {
  await callSurely('DELETE', '/api/v1/account/shops/' + shop.id, undefined, { 'If-Match': shopTag });
  location.assign('/shop');
});

// ---- webhooks

async function showWebhooks() {
  const webhooks = await all(path('/webhooks'));
  byId('webhook').hidden = role !== 'OWNER';
  byId('webhook-list').replaceChildren(...(webhooks.length === 0
    ? [element('li', { class: 'card' }, 'None yet.')]
    : webhooks.map(webhookCard)));
}

function showSecret(webhook) {
  byId('webhook-secret').hidden = false;
  byId('webhook-secret').querySelector('code').textContent = webhook.secret;
}

function webhookCard(webhook) {
  const at = path('/webhooks/' + webhook.id);
  const change = (state) => async () => {
    const { tag } = await call('GET', at);
    await callSurely('PUT', at, { url: webhook.url, types: webhook.types, state }, { 'If-Match': tag });
    await showWebhooks();
    say(state === 'ACTIVE' ? 'It is told again.' : 'It is told nothing for now.');
  };
  const buttons = [['Messages', () => showMessages(webhook)]];
  if (role === 'OWNER') {
    buttons.push(
      ['Send a test', async (button) => {
        await make(button, at + '/test-messages');
        await showMessages(webhook);
        say('A test is on its way.');
      }],
      webhook.state === 'ACTIVE' ? ['Pause', change('PAUSED')] : ['Go on', change('ACTIVE')],
      ['New secret', async (button) => {
        const { tag } = await call('GET', at);
        const { body } = await make(button, at + '/secrets', undefined, { 'If-Match': tag });
        showSecret(body);
        await showWebhooks();
        say('The former secret signs, too, for a while.');
      }],
      ['Remove', async () => {
        const { tag } = await call('GET', at);
        await callSurely('DELETE', at, undefined, { 'If-Match': tag });
        byId('messages').hidden = true;
        await showWebhooks();
        say('The webhook is removed.');
      }]);
  }
  return element('li', { class: 'card' },
    element('p', {}, element('strong', {}, webhook.url)),
    element('dl', { class: 'facts' }, ...facts([
      ['State', words(webhook.state)],
      ['Told', webhook.types.length === 0 ? 'everything' : webhook.types.join(', ')],
      ['Failing since', webhook.failingSince && `${time(webhook.failingSince)}, ${webhook.failures} times`],
      ['Asked again', webhook.restsUntil && time(webhook.restsUntil)],
    ])),
    element('div', { class: 'row' }, ...buttons.map(([label, work]) => {
      const button = element('button', { type: 'button', class: 'second', 'aria-label': `${label}: ${webhook.url}` }, label);
      on(button, 'click', work);
      return button;
    })));
}

async function showMessages(webhook) {
  const at = path(`/webhooks/${webhook.id}/deliveries`);
  const { body: { items } } = await call('GET', at + '?limit=50');
  byId('messages').hidden = false;
  byId('messages-title').textContent = 'The last messages to ' + webhook.url;
  byId('message-list').replaceChildren(...(items.length === 0
    ? [element('li', {}, 'None yet.')]
    : items.map((message) => line(
      `${time(message.createdAt)}: ${message.type}, ${words(message.state)}, ${message.attempts} attempts${message.lastResult ? ', last ' + message.lastResult : ''}`,
      ...(role === 'OWNER' && message.state !== 'PENDING' ? [['Send again', async (button) => {
        await make(button, `${at}/${message.id}/replays`);
        await showMessages(webhook);
      }]] : [])))));
}

on('webhook', 'submit', async (form) => {
  const { body } = await make(form, path('/webhooks'), collect(form));
  form.reset();
  delete form.dataset.changed;
  showSecret(body);
  await showWebhooks();
  say('The webhook is added.');
});

// ---- money

const STANDING = {
  NONE: 'You have none yet. Without one you can sell, but not be paid.',
  PENDING: 'The payment provider still looks at what you told.',
  ACTIVE: 'Ready: you can be paid.',
  RESTRICTED: 'Restricted: the payment provider wants to know more.',
  REJECTED: 'The payment provider has rejected the account.',
};

async function showMoney() {
  const [{ body: account }, { body: { items: balances } }, { body: { items: payouts } }] = await Promise.all([
    callSurely('GET', path('/payout-account')),
    callSurely('GET', path('/balances')),
    callSurely('GET', path('/payouts?currency=' + shop.currency)),
  ]);
  const owner = role === 'OWNER';
  byId('payout-standing').textContent = STANDING[account.standing]
    + (account.requirements.length > 0 ? ` Missing: ${account.requirements.join(', ')}.` : '');
  byId('open-account').hidden = !owner || account.standing !== 'NONE';
  byId('provider-page').hidden = !owner || ['NONE', 'ACTIVE', 'REJECTED'].includes(account.standing);
  byId('payout-terms').hidden = !owner;
  byId('balances').replaceChildren(...balances.map((balance) => balanceCard(balance, owner)));
  fill(byId('payout-terms'), balances.find(({ currency }) => currency === shop.currency)?.terms ?? { currency: shop.currency, least: '0' });
  byId('payouts').replaceChildren(...(payouts.length === 0
    ? [element('li', {}, 'None yet.')]
    : payouts.map((payout) => element('li', {}, `${time(payout.asked)}: ${payout.amount} ${payout.currency}, ${words(payout.state)}${payout.code ? ` (${payout.code})` : ''}`))));
  const form = byId('statement').elements;
  form.currency.value ||= shop.currency;
  const today = new Date();
  const month = (offset) => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + offset, 1)).toISOString().slice(0, 10);
  form.from.value ||= month(-1);
  form.to.value ||= month(0);
}

function balanceCard(balance, owner) {
  const button = element('button', { type: 'button' }, 'Pay out now');
  on(button, 'click', async () => {
    const { body } = await callSurely('POST', path('/payouts'), { currency: balance.currency });
    await showMoney();
    say(`Payout of ${body.amount} ${body.currency}: ${words(body.state)}.`);
  });
  return element('div', { class: 'card' },
    element('h4', {}, 'Balance in ' + balance.currency),
    element('dl', { class: 'facts' }, ...facts([
      ['You are owed', `${balance.owed} ${balance.currency}`],
      ['Of it on your account with the provider', `${balance.inAccount} ${balance.currency}`],
      ['Passed on after', `${balance.holdDays} days`],
    ])),
    ...(owner ? [button] : []));
}

on('open-account', 'submit', async (form) => {
  await callSurely('POST', path('/payout-account'), collect(form));
  await showMoney();
  say('The account is opened.');
});
on('provider-page', 'click', async () => {
  const { body } = await callSurely('POST', path('/payout-account/page'));
  location.assign(body.url);
});
on('payout-terms', 'submit', async (form) => {
  await callSurely('PUT', path('/payout-terms'), collect(form));
  delete form.dataset.changed;
  await showMoney();
  say('Agreed.');
});
on('statement', 'submit', async (form) => {
  const query = new URLSearchParams(new FormData(form)).toString();
  // Asked first without the file: a refusal is a problem document that belongs on this page.
  await callSurely('GET', path('/statement?' + query.replace(/form=\w+/, 'form=json')));
  // A link, since leaving the page for a file would ask about what is not saved.
  element('a', { href: path('/statement?' + query), download: '' }).click();
});

// ---- which Shop

const SHOWN = { start: showStart, profile: showProfile, business: showBusiness, terms: showTerms, ...equipment(path, () => role), prices: showVersions, people: showPeople, webhooks: showWebhooks, money: showMoney };
/** What each role of a Shop sees; what it may do is the API's to say. */
const PARTS = {
  OWNER: Object.keys(SHOWN),
  OPERATOR: ['start', 'printers', 'materials', 'stock', 'shipping', 'prices', 'people', 'webhooks'],
  FINANCE: ['start', 'printers', 'materials', 'stock', 'shipping', 'prices', 'people', 'money'],
};

async function open(own, all) {
  ({ role } = own);
  shop = { id: own.id };
  await readShop();
  byId('apply').hidden = true;
  byId('in').hidden = false;
  const select = byId('which').elements.shop;
  byId('which').hidden = all.length < 2;
  select.replaceChildren(...all.map((each) => element('option', { value: each.id }, `${each.name} (${words(each.role)})`)));
  select.value = own.id;
  for (const link of document.querySelectorAll('nav.parts a')) {
    link.hidden = !PARTS[role].includes(link.hash.slice(1));
  }
  await parts((part) => SHOWN[part]());
}

on('apply', 'submit', async (form) => {
  const { body } = await make(form, '/api/v1/shops', collect(form));
  delete form.dataset.changed;
  location.assign('/shop?shop=' + body.id);
});
byId('which').addEventListener('change', (event) => location.assign('/shop?shop=' + event.target.value));

try {
  const own = await all('/api/v1/account/shops');
  const wanted = new URLSearchParams(location.search);
  const found = own.find(({ id }) => id === wanted.get('shop')) ?? own[0];
  if (found && !wanted.has('new')) {
    await open(found, own);
  } else {
    byId('apply').hidden = false;
  }
} catch (problem) {
  if (problem.code === 'session.required') {
    byId('out').hidden = false;
  } else {
    showProblem(problem);
  }
}
