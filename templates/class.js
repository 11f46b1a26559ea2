// Sorts and filters the table of students.
const table = document.getElementById("students");
const rows = [...table.tBodies[0].rows];
const name = document.getElementById("name");
const letters = text => text.normalize("NFC").toLowerCase();
const names = new Map(rows.map(row => [row, letters(row.cells[0].textContent)]));
const places = new Map(rows.map((row, place) => [row, place]));

function number(row, column) {
  if (column === 0) return places.get(row);
  const told = row.cells[column].dataset.n;
  return told === undefined ? null : Number(told);
}

// Who has no score in a column stands at its end, whichever way it is sorted.
function sort(column, sign) {
  const order = (one, other) => {
    const [a, b] = [number(one, column), number(other, column)];
    if (a === null || b === null) return (a === null) - (b === null);
    return sign * (a - b) || places.get(one) - places.get(other);
  };
  table.tBodies[0].append(...rows.sort(order));
}

for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
  const button = document.createElement("button");
  button.append(...head.childNodes);
  head.append(button);
  button.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    sort(column, up ? 1 : -1);
  });
}

function filter() {
  const kind = document.querySelector("[name=kind]:checked").value;
  let shown = 0;
  for (const row of rows) {
    row.hidden = !names.get(row).includes(letters(name.value)) || (kind && !row.dataset.is.split(" ").includes(kind));
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = shown;
}

const controls = document.getElementById("controls");
controls.addEventListener("input", filter);
controls.hidden = false;
filter();
