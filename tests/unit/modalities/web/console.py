"""A console of machines that names and orders its things by a seed, and posts what it is asked to do."""

import json
import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

NAMES: dict[str, list[str]] = {
    "page": ["Virtual machines", "Instances", "Servers", "VMs", "Machines"],
    "create": ["Create virtual machine", "Launch instance", "Add server", "Create a VM", "Provision machine"],
    "commit": ["Create", "Launch", "Create machine", "Submit", "Finish"],
    "next": ["Next", "Continue", "Proceed"],
    "name": ["Name", "Machine name", "Instance name", "Server name", "VM name"],
    "count": ["Number of machines", "Count", "Quantity", "How many", "Number of instances"],
    "type": ["Size", "Instance type", "Machine type", "VM size", "Server type"],
    "spot": ["Spot", "Spot instance", "Use spot machines"],
    "monitored": ["Detailed monitoring", "Enable detailed monitoring", "Monitoring"],
    "network": ["Network", "VPC", "Virtual network"],
    "network_name": ["Network name", "VPC name"],
    "range": ["Address range", "CIDR block", "Network range"],
    "root": ["System disk size (GB)", "Root disk size", "Boot volume size (GiB)", "System volume size"],
    "menu": ["Actions", "More actions", "Manage", "Machine actions"],
    "delete": ["Delete", "Terminate", "Remove…", "Delete instance"],
    "attach": ["Attach disk", "Add volume…", "Attach a volume", "Mount disk"],
    "disk_size": ["Size (GB)", "Disk size", "Volume size (GiB)", "Capacity"],
    "disk_type": ["Type", "Disk type", "Volume type"],
    "id": ["ID", "Instance ID", "Machine ID"],
}


@dataclass
class Console:
    """How this seed's console is made.

    Attributes:
        machines: name and identifier of what is there.
    """

    seed: int
    machines: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        self.names = {key: chance.choice(choices) for key, choices in NAMES.items()}
        fields = ["name", "count", "type", "spot", "monitored", "network", "root"]
        chance.shuffle(fields)
        steps = chance.randint(1, 4)
        cuts = sorted(chance.sample(range(1, len(fields)), steps - 1))
        bounds = [0, *cuts, len(fields)]
        self.steps = [fields[low:high] for low, high in pairwise(bounds)]
        self.as_radio = chance.random() < 0.5
        self.confirms = chance.choice(["", "word", "button"])
        self.slow = chance.random() < 0.5
        self.rows_by = chance.choice(["box", "link"])
        self.more = chance.random() < 0.5
        columns = ["name", "id", "state"]
        chance.shuffle(columns)
        self.columns = columns

    def page(self) -> str:
        told: dict[str, Any] = {
            "names": self.names,
            "steps": self.steps,
            "radio": self.as_radio,
            "confirms": self.confirms,
            "slow": self.slow,
            "rowsBy": self.rows_by,
            "more": self.more,
            "columns": self.columns,
            "machines": self.machines,
        }
        config = json.dumps(told).replace("<", "\\u003c")
        return f"<div id=app></div><script>const C = {config};{SCRIPT}</script>"


SCRIPT = """
const N = C.names, app = document.getElementById('app');
const make = (tag, props = {}, ...inside) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props))
    key.startsWith('on') ? node[key] = value : node.setAttribute(key, value);
  node.append(...inside); return node;
};
let values = {}, message = '', picked = new Set();
const post = body => fetch('/done', {method: 'POST', body: JSON.stringify(body)});
const go = hash => { location.hash = hash; };
const text = (key, usual = '') => {
  const id = 'f-' + key;
  const box = make('input', {id, oninput: () => values[key] = box.value});
  box.value = values[key] ?? usual; values[key] ??= usual;
  return make('div', {}, make('label', {for: id}, N[key]), box);
};
const tick = key => {
  const box = make('input', {type: 'checkbox', onchange: () => values[key] = box.checked});
  box.checked = !!values[key]; values[key] ??= false;
  return make('label', {}, box, N[key]);
};
const FIELDS = {
  name: () => text('name'), count: () => text('count', '1'), root: () => text('root'),
  type: () => text('type', 't3.micro'), monitored: () => tick('monitored'),
  spot: () => C.radio
    ? make('fieldset', {}, make('legend', {}, 'Purchase option'), ...['Standard', 'Spot'].map(kind => {
        const box = make('input', {type: 'radio', name: 'p', onchange: () =>
          values.spot = kind === 'Spot'});
        box.checked = (kind === 'Spot') === !!values.spot; values.spot ??= false;
        return make('label', {}, box, kind); }))
    : tick('spot'),
  network: () => {
    const select = make('select', {id: 'f-network', onchange: () => {
      values.network = select.value; draw(); }},
      make('option', {}, 'Default network (vpc-1)'), make('option', {}, 'New network'));
    select.value = values.network ?? 'Default network (vpc-1)'; values.network ??= select.value;
    const block = make('div', {}, make('label', {for: 'f-network'}, N.network), select);
    if (values.network === 'New network') block.append(text('network_name'), text('range', '10.0.0.0/16'));
    return block; },
};
const dialog = (title, ...inside) => {
  const box = make('div', {role: 'dialog', 'aria-modal': 'true', 'aria-label': title}, make('h2', {},
    title), ...inside,
    make('button', {onclick: () => box.remove()}, 'Cancel'));
  document.body.append(box); return box;
};
const finish = async (body, words) => {
  const status = make('div', {role: 'status'}, 'Request: working…');
  document.body.append(status);
  if (C.slow) await new Promise(done => setTimeout(done, 700));
  await post(body); status.remove(); message = words; go('#/vms'); draw();
};
const confirmed = (word, then) => {
  if (!C.confirms) return then();
  const field = make('input', {id: 'f-sure'});
  const inside = C.confirms === 'word'
    ? [make('label', {for: 'f-sure'}, `Type ${word} to confirm`), field] : [make('p', {}, 'Really?')];
  const box = dialog('Are you sure?', ...inside, make('button', {onclick: () => {
    if (C.confirms === 'word' && field.value !== word) return;
    box.remove(); then(); }}, 'Confirm'));
};
const wizard = step => [make('h1', {}, N.create), ...(C.more ? [make('p', {}, 'Step ' + (step + 1))] : []),
  ...C.steps[step].map(key => FIELDS[key]()),
  make('button', {onclick: () => go(step ? '#/create/' + (step - 1) : '#/vms')}, step ?
    'Previous' : 'Cancel'),
  step + 1 < C.steps.length
    ? make('button', {onclick: () => go('#/create/' + (step + 1))}, N.next)
    : make('button', {onclick: () => confirmed('create', () => finish({create: values}, 'Created.'))},
      N.commit)];
const items = id => [
  [N.attach, () => {
    values = {};
    const box = dialog('A disk for ' + id, text('disk_size', '8'), text('disk_type', 'gp2'),
      make('button', {onclick: () => { box.remove(); finish({attach: id, ...values}, 'Attached.'); }},
        'OK'));
  }],
  [N.delete, () => confirmed('delete', () => finish({delete: id}, 'Deleted.'))],
];
const menu = id => make('button', {'aria-haspopup': 'menu', onclick: event => {
  const list = make('div', {role: 'menu'}, ...items(id()).map(([name, act]) =>
    make('div', {role: 'menuitem', tabindex: 0, onclick: () => { list.remove(); act(); }}, name)));
  event.target.after(list); }}, N.menu);
const cell = (column, [name, id]) => column === 'state' ? 'running' : column === 'id' ? id
  : C.rowsBy === 'link' ? make('a', {href: '#/vms/' + id}, name) : name;
const list = () => [make('h1', {}, N.page), make('button', {onclick: () => {
  values = {}; go('#/create/0'); }}, N.create),
  ...(C.rowsBy === 'box' ? [menu(() => [...picked].join())] : []),
  make('table', {'aria-label': N.page}, make('tr', {}, ...(C.rowsBy === 'box' ? [make('th', {},
    'Pick')] : []),
    ...C.columns.map(key => make('th', {}, {name: 'Name', id: N.id, state: 'State'}[key]))),
  ...C.machines.map(machine => make('tr', {}, ...(C.rowsBy === 'box' ? [make('td', {}, (() => {
      const box = make('input', {type: 'checkbox', 'aria-label': 'Select ' + machine[0],
        onchange: () => box.checked ? picked.add(machine[1]) : picked.delete(machine[1])});
      return box; })())] : []),
    ...C.columns.map(key => make('td', {}, cell(key, machine))))))];
const one = id => [make('h1', {}, 'A machine'), menu(() => id), make('dl', {}, make('dt', {}, N.id),
  make('dd', {}, id))];
const draw = () => {
  const [kind, id] = location.hash.slice(2).split('/');
  app.replaceChildren(
    make('nav', {'aria-label': 'Services'}, ...[['Home', '#/'], ['Disks', '#/disks'], [N.page,
      '#/vms']].map(
      ([name, href]) => make('a', {href}, name))),
    make('main', {}, ...(message ? [make('div', {role: 'status'}, message)] : []),
      ...(kind === 'create' ? wizard(+id) : kind === 'vms' ? (id ? one(id) : list()) : [make('h1', {},
        'Welcome')])));
};
window.onhashchange = () => { message = ''; picked.clear(); draw(); };
draw();
"""
