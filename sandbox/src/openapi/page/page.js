// Filter and copy buttons. Without this script the page is complete.
const menu = document.querySelector("details.menu");
const narrow = matchMedia("(max-width: 59.99rem)");
const fit = () => {
  menu.open = !narrow.matches;
};
fit();
narrow.addEventListener("change", fit);
menu.addEventListener("click", (event) => {
  if (narrow.matches && event.target.closest("a")) menu.open = false;
  if (!narrow.matches && event.target.closest("summary")) event.preventDefault();
});

const filter = document.getElementById("filter");
const found = document.getElementById("found");
filter.parentElement.hidden = false;
const links = [...document.querySelectorAll("#menu ul a")].map((link) => {
  const route = document.getElementById(link.hash.slice(1)).querySelector(".route").textContent;
  return { item: link.parentElement, text: `${link.textContent} ${route}`.toLowerCase() };
});
filter.addEventListener("input", () => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { item, text } of links) {
    item.hidden = !words.every((word) => text.includes(word));
    count += item.hidden ? 0 : 1;
  }
  for (const group of document.querySelectorAll("#menu > .group")) {
    group.hidden = !group.querySelector("ul > li:not([hidden])");
  }
  found.textContent = words.length ? `${count} of ${links.length} operations` : "";
});

for (const box of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  const region = box.querySelector("pre");
  const title = box.closest("article")?.querySelector("h3")?.textContent ?? "this";
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy the example of ${title}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(region.textContent);
      button.textContent = "Copied";
    } catch {
      // Without leave to write, the text is selected for the person to copy.
      getSelection().selectAllChildren(region);
      button.textContent = "Selected";
    }
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  });
  box.append(button);
}
