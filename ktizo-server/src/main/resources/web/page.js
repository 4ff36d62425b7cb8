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

export function showProblem(problem) {
  const box = byId('problem');
  box.hidden = !problem;
  box.replaceChildren();
  if (problem) {
    box.append(element('strong', {}, problem.title), ' ', problem.detail ?? '');
    for (const error of problem.errors ?? []) {
      box.append(element('div', {}, error.message));
    }
    box.append(' ', element('code', {}, problem.code));
  }
}

/** An answer as {body, tag}; throws its problem document. The body is missing where the server says nothing. */
export async function request(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw { title: 'The server cannot be reached.', code: 'page.no-connection' };
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
