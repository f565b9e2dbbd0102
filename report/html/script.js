'use strict';
// Filters and sorts what stands in the page. Without it all of it is shown.
{
  const all = (selector, at = document) => [...at.querySelectorAll(selector)];
  const show = (node, yes) => node.classList.toggle('off', !yes);

  // Tables sort by the column whose head is pressed.
  const value = cell => {
    const text = cell.dataset.v ?? cell.textContent.trim();
    const number = Number(text.replace(/[,%]/g, ''));
    return text === '' ? -1 : Number.isNaN(number) ? text.toLowerCase() : number;
  };
  const compare = (a, b) => typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === 'number' ? -1 : 1;
  const order = ['FIX', 'CHECK', 'NOTE', 'fine'];
  for (const table of all('table.sort')) {
    const heads = all('thead th', table), body = table.tBodies[0];
    if (body.rows.length < 2) continue;
    heads.forEach((head, i) => {
      const button = document.createElement('button');
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const down = head.ariaSort ? head.ariaSort === 'ascending' : head.classList.contains('n');
        heads.forEach(h => h.removeAttribute('aria-sort'));
        head.ariaSort = down ? 'descending' : 'ascending';
        const key = row => {
          const word = row.cells[i].querySelector('.word');
          return word ? order.findIndex(w => word.classList.contains('w-' + w)) : value(row.cells[i]);
        };
        const rows = [...body.rows].map(row => [key(row), row]).sort((a, b) => compare(a[0], b[0]) * (down ? -1 : 1));
        body.append(...rows.map(row => row[1]));
      });
    });
  }

  const form = document.getElementById('filter');
  if (form) {
    const fold = document.getElementById('filtering');
    fold.hidden = false;
    fold.open = matchMedia('(min-width: 40rem)').matches;
    const f = form.elements, cells = Number(form.dataset.cells);
    const shown = document.getElementById('shown');
    const findings = all('.finding[data-c], .brief');
    const charts = all('svg.strip, svg.scatter');

    const clock = cell => {
      const t = Number(form.dataset.from) + cell * Number(form.dataset.seconds);
      if (form.dataset.form === 'boot') return t + ' s';
      return new Date((t + Number(form.dataset.offset)) * 1000).toISOString().slice(0, form.dataset.seconds < 60 ? 19 : 16).replace('T', ' ');
    };
    const ports = text => [...text.matchAll(/(\d+)(?:\s*-\s*(\d+))?/g)].map(m => [Number(m[1]), Number(m[2] ?? m[1])]);
    const words = text => text ? text.split(' ') : [];
    const hasPort = (text, wanted) => !wanted.length || words(text).some(p => p === '*' || wanted.some(r => r[0] <= p && p <= r[1]));
    const hasSource = (text, wanted) => !wanted || words(text).some(s => s === '*' || s.startsWith(wanted));

    // Charts are dimmed outside of the time that was asked for.
    const shade = (svg, from, to) => {
      const box = svg.viewBox.baseVal;
      all('.shade', svg).forEach(node => node.remove());
      for (const [a, b] of [[0, from], [to + 1, cells]]) {
        if (a >= b) continue;
        const rect = document.createElementNS(svg.namespaceURI, 'rect');
        rect.setAttribute('class', 'shade');
        rect.setAttribute('x', a * box.width / cells);
        rect.setAttribute('width', (b - a) * box.width / cells);
        rect.setAttribute('height', box.height);
        svg.append(rect);
      }
    };

    const filter = () => {
      const source = f.source.value.trim().toLowerCase(), wanted = ports(f.port.value), kind = f.class.value;
      let from = 0, to = cells - 1;
      if (cells) {
        from = Math.min(f.from.value, f.to.value);
        to = Math.max(f.from.value, f.to.value);
        f.since.value = clock(from);
        f.until.value = clock(to + 1);
      }
      const timed = cells > 0 && (from > 0 || to < cells - 1);
      const left = new Set();
      for (const node of findings) {
        const d = node.dataset;
        const fits = (!kind || d.c === kind) && hasSource(d.s, source) && hasPort(d.p, wanted) &&
          (!timed || d.a >= 0 && Number(d.a) <= to && Number(d.b) >= from);
        show(node, fits);
        if (fits) left.add(node.id);
      }
      for (const node of all('[data-n]')) show(node, left.has(node.dataset.n));
      for (const node of all('.heat [data-c], tbody tr[data-c]:not(.brief)')) show(node, !kind || node.dataset.c === kind);
      const sources = new Set();
      for (const node of all('tr.source')) {
        const fits = hasSource(node.dataset.s, source) && hasPort(node.dataset.p, wanted);
        show(node, fits);
        if (fits) sources.add(node.dataset.s);
      }
      for (const node of all('g.who')) node.classList.toggle('dim', !sources.has(node.dataset.s));
      for (const svg of charts) shade(svg, from, timed ? to : cells);
      const numbers = [left.size, findings.length];
      shown.textContent = source || wanted.length || kind || timed ? shown.dataset.some.replace(/#/g, () => numbers.shift()) : '';
    };

    form.addEventListener('input', filter);
    form.addEventListener('submit', event => event.preventDefault());
    form.addEventListener('reset', () => setTimeout(filter));
    filter();
  }
}
