// What staff see and do. Whoever is not staff is refused by the API; this page only does not tempt him.

import { all, call, callSurely, day, facts, line, make, on, parts, time, values, words } from './form.js';
import { byId, element, say, showProblem } from './page.js';

let me = null;

/** Support looks; what changes something is for administrators. */
const decides = () => me.role === 'ADMINISTRATOR';

/** The reason for a look; header fields know no letters beyond ASCII. */
function reason() {
  const { reason: field } = byId('why').elements;
  if (!field.value.trim()) {
    throw {
      title: 'Please say first why you look.',
      code: 'staff.reason-required',
      errors: [{ pointer: '/reason', message: 'This is written down with the look.' }],
      form: byId('why'),
    };
  }
  return { 'X-Ktizo-Reason': encodeURIComponent(field.value.trim()) };
}

// ---- members

let member = null;
let memberTag = null;

async function showMember(id) {
  const answer = await callSurely('GET', '/api/v1/members/' + id, undefined, reason());
  ({ body: member, tag: memberTag } = answer);
  byId('member').hidden = false;
  byId('member-name').textContent = member.name;
  byId('member-facts').replaceChildren(...facts([
    ['Id', member.id],
    ['E-mail address', member.email],
    ['To be confirmed', member.pendingEmail],
    ['Account', words(member.state)],
    ['Role', words(member.role)],
    ['Member since', time(member.createdAt)],
    ['Address confirmed', member.verifiedAt && time(member.verifiedAt)],
    ['Authenticator app', member.secondFactor ? 'yes' : 'no'],
    ['Recovery codes left', String(member.recoveryCodes)],
  ]));
  byId('member-state').elements.state.value = member.state === 'OPEN' ? 'OPEN' : 'DISABLED';
  byId('member-role').elements.role.value = member.role;
  byId('looks').hidden = true;
  for (const id of ['member-state', 'member-role', 'see-looks']) {
    byId(id).hidden = !decides();
  }
}

on('search', 'submit', async (form) => {
  byId('member').hidden = true;
  const { body } = await callSurely('POST', '/api/v1/member-searches', values(form), reason());
  if (body.items.length === 0) {
    say('Nobody has this address.');
    return;
  }
  await showMember(body.items[0].id);
});

for (const [form, path] of [['member-state', '/state'], ['member-role', '/role']]) {
  on(form, 'submit', async (source) => {
    await callSurely('PUT', `/api/v1/members/${member.id}${path}`, values(source), { 'If-Match': memberTag });
    source.elements.reason.value = '';
    await showMember(member.id);
    say('Done; it is written down.');
  });
}

on('see-looks', 'click', async () => {
  const looks = await all(`/api/v1/members/${member.id}/looks`);
  byId('looks').hidden = false;
  byId('looks').replaceChildren(...(looks.length === 0
    ? [element('li', {}, 'Nobody.')]
    : looks.map((look) => element('li', {}, `${time(look.at)}: ${look.staff} at ${look.what}, because: ${look.reason}`))));
});

// ---- Shops

let shop = null;
let shopTag = null;

/** What staff can decide of a Shop, by its state: [word of the API, what a button says, route]. */
const DECISIONS = {
  APPLIED: [['APPROVE', 'let it in', 'approval'], ['REFUSE', 'refuse it', 'approval']],
  APPROVED: [['SUSPEND', 'suspend it', 'suspension']],
  ON_HOLIDAY: [['SUSPEND', 'suspend it', 'suspension']],
  SUSPENDED: [['REINSTATE', 'let it go on', 'suspension']],
};

async function showShop(id) {
  const path = '/api/v1/shops/' + encodeURIComponent(id);
  const answer = await callSurely('GET', path, undefined, reason());
  const { body: { business } } = await callSurely('GET', path + '/business', undefined, reason());
  ({ body: shop, tag: shopTag } = answer);
  byId('shop').hidden = false;
  byId('shop-name').textContent = shop.name;
  byId('shop-facts').replaceChildren(...facts([
    ['State', words(shop.state)],
    ['Reason', shop.reason],
    ['Short name', shop.slug],
    ['Currency', shop.currency],
    ['Place', shop.place],
    ['About', shop.about],
    ['Legal name', business && `${business.legalName} (${words(business.form)})`],
    ['Registration', business?.registration],
    ['VAT id', business?.vatId],
    ['Address', business && [business.street, `${business.postCode} ${business.city}`, business.region, business.country].filter((part) => part.trim()).join(', ')],
    ['Contact', business?.contact],
    ['Still to do', shop.open.map(words).join(', ')],
  ]));
  const decisions = DECISIONS[shop.state] ?? [];
  byId('shop-decision').hidden = decisions.length === 0 || !decides();
  byId('shop-decision').elements.decision.replaceChildren(
    ...decisions.map(([value, text]) => element('option', { value }, text)));
}

/** Shops as everybody may know them; who stands behind one is a look that is written down. */
async function showShops() {
  const shops = await all('/api/v1/shop-records?state=' + byId('shop-states').elements.state.value);
  byId('shop-list').replaceChildren(...(shops.length === 0
    ? [element('li', {}, 'None.')]
    : shops.map((each) => line(`${each.name} (${each.slug}), since ${day(each.stateSince)}`, ['Look', () => showShop(each.id)]))));
}

on('shop-states', 'submit', showShops);

on('shop-decision', 'submit', async (form) => {
  const { decision, reason: why } = form.elements;
  const [, , route] = DECISIONS[shop.state].find(([value]) => value === decision.value);
  await make(form, `/api/v1/shops/${shop.id}/${route}`, { decision: decision.value, reason: why.value.trim() || null },
    { ...reason(), 'If-Match': shopTag });
  why.value = '';
  await showShop(shop.id);
  await showShops();
  say('Decided. The Shop is told.');
});

// ---- what waits for somebody

function card(title, told, ...buttons) {
  return element('li', { class: 'card' }, element('h4', {}, title), element('dl', { class: 'facts' }, ...facts(told)),
    element('div', { class: 'row' }, ...buttons.map(([label, work, kind]) => {
      const button = element('button', { type: 'button', class: kind ?? '', 'aria-label': `${label}: ${title}` }, label);
      on(button, 'click', work);
      return button;
    })));
}

const none = (text) => [element('li', { class: 'card' }, text)];

async function showEvents() {
  const events = await all('/api/v1/parked-events');
  const done = (what) => async () => {
    await what();
    await showEvents();
    say('Done.');
  };
  byId('event-list').replaceChildren(...(events.length === 0 ? none('None: everything was dealt with.') : events.map((event) => card(
    event.type,
    [
      ['About', event.about],
      ['Happened', time(event.happenedAt)],
      ['Parked', `${time(event.parkedAt)}, after ${event.attempts} attempts`],
      ['Failure', event.failure],
      ['Waiting behind it', String(event.waiting)],
    ],
    ...(decides() ? [
      ['Try again', done(() => callSurely('POST', `/api/v1/parked-events/${event.id}/retry`))],
      ['Drop for good', done(() => callSurely('DELETE', '/api/v1/parked-events/' + event.id)), 'second'],
    ] : []),
  ))));
}

async function showRefunds() {
  const { body: { items } } = await callSurely('GET', '/api/v1/refund-requests');
  const decide = (refund, state) => async () => {
    await callSurely('PUT', `/api/v1/payables/${encodeURIComponent(refund.payable)}/refunds/${encodeURIComponent(refund.refund)}`, { state }, reason());
    await showRefunds();
    say(state === 'APPROVED' ? 'The money goes back.' : 'The refund is rejected.');
  };
  byId('refund-list').replaceChildren(...(items.length === 0 ? none('None.') : items.map((refund) => card(
    `${refund.amount} ${refund.currency}`,
    [
      ['Of', refund.payable],
      ['Refund', refund.refund],
      ['Asked for', time(refund.requestedAt)],
      ['By', refund.requestedBy === me.id ? 'you: another person must decide' : refund.requestedBy],
    ],
    ...(refund.requestedBy === me.id || !decides() ? [] : [
      ['Approve', decide(refund, 'APPROVED')],
      ['Reject', decide(refund, 'REJECTED'), 'second'],
    ]),
  ))));
}

on('why', 'submit', async () => say('Thank you. Now look somebody up.'));
try {
  ({ body: me } = await call('GET', '/api/v1/account'));
  if (me.role === 'CUSTOMER') {
    byId('not-staff').hidden = false;
  } else {
    byId('in').hidden = false;
    await parts((part) => {
      switch (part) {
        case 'events':
          return showEvents();
        case 'refunds':
          return showRefunds();
        case 'shops':
          return showShops();
        default:
          return undefined;
      }
    });
  }
} catch (problem) {
  if (problem.code === 'session.required') {
    byId('out').hidden = false;
  } else {
    showProblem(problem);
  }
}
