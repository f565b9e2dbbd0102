'use strict';
// Search in the lines of the index. Words come folded, as lore folds them.
{
  const $ = id => document.getElementById(id);
  const input = $('q'), all = $('all'), found = $('found'), count = $('count'), none = $('none');
  const rows = JSON.parse($('words').textContent);
  const lines = [...all.querySelectorAll('li')];
  lines.forEach((line, i) => {
    rows[i].text = line.textContent.toLowerCase();
    rows[i].title = (line.querySelector('.number + span') ?? line.querySelector('a')).textContent.toLowerCase();
  });

  const fold = s => s.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

  // ports reads "3128", "20-25", "3128/udp", "port 80"; null for other queries.
  const ports = s => {
    const m = s.normalize('NFKC').toLowerCase().match(/^(?:ports?|端口)?\s*(?:(?:tcp|udp|sctp|dccp)\/)?(\d{1,5})(?:\s*-\s*(\d{1,5}))?(?:\/(?:tcp|udp|sctp|dccp))?\s*(?:端口)?$/);
    return m && { from: Number(m[1]), to: Number(m[2] ?? m[1]) };
  };

  // score says how well a line fits; 0: not at all. A word that the title has, too, is what is meant.
  const score = (row, query, word, range) => {
    if (range) return row.f <= range.to && range.from <= row.t ? 100 - Math.min(9, row.t - row.f) : 0;
    let best = 0;
    for (const w of row.w) {
      if (w === word) return 100 + (row.title.startsWith(query) ? 2 : row.title.includes(query) ? 1 : 0);
      if (w.startsWith(word)) best = 70;
      else if (word.length > 1 && w.includes(word)) best = Math.max(best, 40);
    }
    return best || (query.split(/\s+/).every(part => row.text.includes(part)) ? 50 : 0);
  };

  const search = () => {
    const query = input.value.trim().toLowerCase(), word = fold(query), range = ports(query);
    const asked = word !== '';
    const hits = asked ? rows.map((row, i) => [score(row, query, word, range), i]).filter(hit => hit[0] > 0) : [];
    hits.sort((a, b) => b[0] - a[0] || (rows[a[1]].f < 0 ? 0 : 1) - (rows[b[1]].f < 0 ? 0 : 1) || a[1] - b[1]); // a threat before ports
    found.replaceChildren(...hits.map(hit => lines[hit[1]].cloneNode(true)));
    found.hidden = hits.length === 0;
    all.hidden = asked;
    none.hidden = !asked || hits.length > 0;
    count.textContent = hits.length === 0 ? '' : hits.length === 1 ? count.dataset.single : count.dataset.many.replace('#', hits.length);
  };

  input.addEventListener('input', search);
  $('search').addEventListener('submit', event => {
    event.preventDefault();
    search();
    found.querySelector('a')?.click();
  });
  document.addEventListener('keydown', event => {
    if (event.key === '/' && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
    } else if (event.key === 'Escape' && input.value) {
      input.value = '';
      search();
    }
  });
  input.value = new URLSearchParams(location.search).get('q') ?? input.value;
  search();
}
