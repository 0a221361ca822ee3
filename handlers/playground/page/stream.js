// What the server pushes and what is asked of it, with word of who looks where that is needed.
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const SILENT = 45_000; // the server says every fifteen seconds that it is there
const AWAY = "Nightdesk does not answer at the moment.";

/** `who` gives the headers that say who looks. The answer, or `{ error }`. */
export async function call(path, body, who) {
  try {
    const headers = { "Content-Type": "application/json", ...(await who()) };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return await response.json();
  } catch (problem) {
    return { error: problem.says ?? AWAY };
  }
}

/** Server-sent events over gaps: `onOpen` after each connection, `onLost` with a sentence when there is none. */
export function follow(path, who, { onOpen, onEvent, onLost }) {
  let wait = FIRST_WAIT;

  async function connect() {
    const hearing = new AbortController();
    let late;
    const heard = () => {
      clearTimeout(late);
      late = setTimeout(() => hearing.abort(), SILENT);
    };
    try {
      const response = await fetch(path, { headers: await who(), cache: "no-store", signal: hearing.signal });
      if (!response.ok) throw { says: (await response.json()).error };
      wait = FIRST_WAIT;
      onOpen();
      heard();
      for await (const data of events(response.body, heard)) onEvent(JSON.parse(data));
    } catch (problem) {
      onLost(problem.says ?? AWAY);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    clearTimeout(late);
    setTimeout(connect, wait);
  }

  connect();
}

async function* events(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    heard();
    const whole = (rest + part.value).split("\n\n");
    rest = whole.pop();
    for (const one of whole) if (one.startsWith("data: ")) yield one.slice("data: ".length);
  }
}
