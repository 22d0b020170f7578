// Ô lọc tên đơn vị. Không có tệp này trang vẫn đọc được đầy đủ.
(() => {
  const table = document.getElementById("ket-qua");
  if (!table) return;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const label = document.createElement("label");
  label.className = "filter";
  label.textContent = "Lọc theo tên đơn vị ";
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  const told = document.createElement("p");
  told.className = "small soft";
  told.setAttribute("role", "status");
  const rows = [...table.querySelectorAll("tbody tr:not(.group)")].map((row) => [row, plain(row.cells[0].textContent)]);
  input.addEventListener("input", () => {
    const wanted = plain(input.value.trim());
    let shown = 0;
    for (const [row, name] of rows) {
      row.hidden = !name.includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    for (const body of table.tBodies) body.hidden = ![...body.rows].some((row) => !row.hidden && !row.classList.contains("group"));
    told.textContent = wanted ? `${shown} đơn vị` : "";
  });
  table.parentElement.before(label, told);
})();
