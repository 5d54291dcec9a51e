/* A long list to choose from becomes a field to type in: <select data-typeahead>.
   The list itself stays in the form and carries the answer; without scripts it is all there is. */
(function () {
  "use strict";

  const FEW = 12;
  const SHOWN = 8;

  /* As app/core/folding.py: accents, case and plurals forgiven. */
  function fold(text) {
    const plain = text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/œ/g, "oe").replace(/æ/g, "ae");
    return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  function stem(word) {
    const bare = word.replace(/[sx]+$/, "");
    if (bare.length < 3) {
      return word;
    }
    return /(al|au)$/.test(bare) && bare.length > 3 ? bare.slice(0, -1) : bare;
  }

  function matches(options, typed) {
    const words = fold(typed).split(" ").filter(Boolean).map(stem);
    const scored = options
      .map(function (option) {
        const key = " " + fold(option.textContent);
        const all = words.every((word) => key.includes(word));
        return { option: option, score: all ? Number(!words.every((word) => key.includes(" " + word))) : -1 };
      })
      .filter((one) => one.score >= 0);
    return scored.sort((one, other) => one.score - other.score).slice(0, SHOWN).map((one) => one.option);
  }

  function enhance(select) {
    const options = Array.from(select.options);
    if (options.length <= FEW || select.dataset.typeahead === "on") {
      return;
    }
    select.dataset.typeahead = "on";
    const field = document.createElement("input");
    const list = document.createElement("ul");
    const box = document.createElement("div");
    const name = select.id || select.name;
    let shown = [];
    let at = -1;

    box.className = "combobox";
    field.className = "input";
    // the field takes the list's place: its label and links to it lead here
    field.id = select.id || name + "-saisie";
    field.autocomplete = "off";
    field.spellcheck = false;
    list.id = name + "-choix";
    list.className = "combobox__list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    const label = select.labels[0];
    const said = select.getAttribute("aria-label") || (label ? label.textContent.trim() : "");
    list.setAttribute("aria-label", said);
    if (!label) {
      field.setAttribute("aria-label", said);
    }
    for (const attribute of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(attribute)) {
        field.setAttribute(attribute, select.getAttribute(attribute));
      }
    }
    for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
      field.setAttribute(key, value);
    }

    function chosen() {
      return select.options[select.selectedIndex];
    }

    function rest() {
      field.value = chosen() ? chosen().textContent.trim() : "";
    }

    function close() {
      list.hidden = true;
      at = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function mark(next) {
      at = next;
      Array.from(list.children).forEach(function (item, index) {
        item.setAttribute("aria-selected", String(index === at));
        if (index === at) {
          field.setAttribute("aria-activedescendant", item.id);
          item.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function open(typed) {
      shown = matches(options, typed);
      list.replaceChildren(
        ...shown.map(function (option, index) {
          const item = document.createElement("li");
          item.id = list.id + "-" + index;
          item.setAttribute("role", "option");
          item.textContent = option.textContent.trim();
          return item;
        }),
      );
      list.hidden = shown.length === 0;
      field.setAttribute("aria-expanded", String(!list.hidden));
      field.removeAttribute("aria-activedescendant");
      at = -1;
      if (typed && shown.length) {
        mark(0);
      }
    }

    function choose(option) {
      select.value = option.value;
      rest();
      close();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    field.addEventListener("input", function (event) {
      event.stopPropagation();
      open(field.value);
    });
    field.addEventListener("change", (event) => event.stopPropagation());
    field.addEventListener("focus", () => field.select());
    field.addEventListener("click", () => open(""));
    field.addEventListener("blur", function () {
      close();
      rest();
    });
    list.addEventListener("mousedown", function (event) {
      event.preventDefault();
      const index = Array.from(list.children).indexOf(event.target.closest("li"));
      if (index >= 0) {
        choose(shown[index]);
      }
    });
    field.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        event.stopPropagation();
        if (list.hidden) {
          open("");
        }
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(Math.min(shown.length - 1, Math.max(0, at + step)));
      } else if (event.key === "Enter" && !list.hidden && at >= 0) {
        event.preventDefault();
        choose(shown[at]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        close();
        rest();
      }
    });

    rest();
    select.hidden = true;
    select.removeAttribute("id");
    select.before(box);
    box.append(field, list);
  }

  function enhanceAll() {
    document.querySelectorAll("select[data-typeahead]").forEach(enhance);
  }

  enhanceAll();
  document.addEventListener("htmx:after:swap", enhanceAll);
})();
