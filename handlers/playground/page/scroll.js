// Where a chat looks when something new came.
const SHORT = 160; // pixels; a question of this height is shown together with its answer
const AIR = 16;

/** Shows the whole of `node` where it fits; a tall answer is read from its beginning, below the question `before` it. */
export function reveal(log, node, before) {
  const top = log.getBoundingClientRect().top - log.scrollTop;
  const first = before && before.offsetHeight <= SHORT ? before : node;
  const from = first.getBoundingClientRect().top - top - AIR;
  const to = node.getBoundingClientRect().bottom - top + AIR;
  if (to - from > log.clientHeight) log.scrollTop = from;
  else if (to > log.scrollTop + log.clientHeight) log.scrollTop = to - log.clientHeight;
  else if (from < log.scrollTop) log.scrollTop = from;
}
