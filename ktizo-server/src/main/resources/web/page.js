// What the scripts of all pages share. Text from the server reaches a page as text nodes only, never as markup.

export const byId = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export function say(text) {
  byId('status').textContent = text;
}

/** Tells of a problem: faults of fields at their fields, if they are in this form, the rest above. */
export function showProblem(problem, form) {
  const box = byId('problem');
  box.hidden = !problem;
  box.replaceChildren();
  document.querySelectorAll('.fault').forEach((fault) => fault.remove());
  document.querySelectorAll('[aria-invalid]').forEach((field) => {
    field.removeAttribute('aria-invalid');
    describe(field, field.dataset.described);
  });
  if (!problem) {
    return;
  }
  const faults = (problem.errors ?? []).map((error) => ({ ...error, field: form && fieldAt(form, error.pointer) }));
  const inOrder = (one, two) => one.field.compareDocumentPosition(two.field) & Node.DOCUMENT_POSITION_PRECEDING ? 1 : -1;
  const placed = faults.filter(({ field }) => field).sort(inOrder);
  placed.forEach(({ field, message }) => showFault(field, message));
  const allPlaced = faults.length > 0 && placed.length === faults.length;
  box.append(element('strong', {}, allPlaced ? 'Please look at what is marked below.' : problem.title), ' ');
  if (placed.length === 0) {
    // With several faults the detail says so and no more; with one it says what the fault says.
    box.append(problem.detail ?? '');
  }
  for (const { message, pointer } of faults.filter(({ field }) => !field)) {
    if (message !== problem.detail) {
      box.append(element('div', {}, pointer ? `${pointer.replace(/^\//, '').replaceAll('/', ', ')}: ${message}` : message));
    }
  }
  if (problem.link) {
    box.append(' ', element('a', { href: problem.link.href }, problem.link.text));
  }
  box.append(' ', element('code', {}, problem.code));
  if (placed.length > 0) {
    placed[0].field.focus();
  } else {
    box.scrollIntoView({ block: 'nearest' });
  }
}

/** The field at a JSON pointer: fields are called like their pointers, without the first slash. */
function fieldAt(form, pointer) {
  for (let name = pointer.replace(/^\//, '').replaceAll('~1', '/').replaceAll('~0', '~'); name; name = name.replace(/\/?[^/]*$/, '')) {
    const field = [...form.elements].find((each) => each.name === name && !each.matches(':disabled'));
    if (field) {
      return field;
    }
  }
  return null;
}

let faults = 0;

function showFault(field, message) {
  const id = 'fault-' + ++faults;
  field.setAttribute('aria-invalid', 'true');
  field.dataset.described ??= field.getAttribute('aria-describedby') ?? '';
  describe(field, `${field.dataset.described} ${id}`.trim());
  (field.closest('label') ?? field).after(element('p', { id, class: 'fault' }, message));
}

function describe(field, ids) {
  if (ids) {
    field.setAttribute('aria-describedby', ids);
  } else {
    field.removeAttribute('aria-describedby');
  }
}

/** An answer as {body, tag}; throws its problem document. The body is missing where the server says nothing. */
export async function request(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw { title: 'The server cannot be reached.', detail: 'What you wrote is still here; please try again.', code: 'page.no-connection' };
  }
  const json = (answer.headers.get('Content-Type') ?? '').includes('json');
  const body = json ? await answer.json() : undefined;
  if (!json && answer.status !== 204) {
    throw { title: 'The server gave an answer that this page does not know.', code: 'page.' + answer.status };
  }
  if (!answer.ok) {
    throw body;
  }
  return { body, tag: answer.headers.get('ETag') };
}
