/* The keyboard, for whoever likes it. What a key does stands in the page itself:
   data-shortcut="n" on what is opened or focused ("g a": one after the other),
   data-next-key and data-previous-key on a list, data-row-key on the buttons of its rows.
   Nothing happens while one types in a field, and all of it can be switched off (/aide/clavier). */
(function () {
  "use strict";

  const OFF = "maillage-raccourcis";
  const PATIENCE = 1200;
  const TYPED_IN = "input, textarea, select, [contenteditable]";
  const ROWS = "li, tr";
  let begun = "";
  let begunAt = 0;

  function isOff() {
    try {
      return localStorage.getItem(OFF) === "non";
    } catch {
      return false;
    }
  }

  function isShown(element) {
    return element.getClientRects().length > 0;
  }

  function serve(element) {
    if (element.matches(TYPED_IN)) {
      element.focus();
      if (element.select) {
        element.select();
      }
    } else {
      element.click();
    }
  }

  /* What is shown, or stands in a menu that is closed for now. */
  function find(keys) {
    return Array.from(document.querySelectorAll("[data-shortcut]")).find(function (element) {
      const usable = isShown(element) || element.closest("details");
      return element.dataset.shortcut === keys && usable;
    });
  }

  function begins(keys) {
    return Array.from(document.querySelectorAll("[data-shortcut]")).some(function (element) {
      return element.dataset.shortcut.startsWith(keys + " ");
    });
  }

  /* Rows */
  function presentRow() {
    const active = document.activeElement;
    return active && active.closest("[data-next-key] :is(" + ROWS + ")");
  }

  function move(key) {
    const lists = Array.from(document.querySelectorAll("[data-next-key]"));
    const keyed = lists.filter(function (list) {
      return list.dataset.nextKey === key || list.dataset.previousKey === key;
    });
    if (!keyed.length) {
      return false;
    }
    const rows = keyed.flatMap(function (list) {
      return Array.from(list.children);
    });
    const at = rows.indexOf(presentRow());
    const step = keyed[0].dataset.nextKey === key ? 1 : -1;
    const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (row) {
      row.tabIndex = -1;
      row.focus();
      row.scrollIntoView({ block: "nearest" });
    }
    return true;
  }

  function onRow(key) {
    const row = presentRow();
    const button = row && row.querySelector("[data-row-key='" + key + "']");
    if (button) {
      button.click();
    }
    return Boolean(button);
  }

  function openRow(event) {
    const row = presentRow();
    const link = row === document.activeElement && row && row.querySelector("a[href]");
    if (link) {
      event.preventDefault();
      link.click();
    }
  }

  /* The sheet: it reads the page, so that it tells what works here. */
  const sheet = document.getElementById("raccourcis");

  function word(keys) {
    const term = document.createElement("dt");
    keys.split(" ").forEach(function (key) {
      const box = document.createElement("kbd");
      box.textContent = key;
      term.append(box, " ");
    });
    return term;
  }

  function tell(list, told, keys, label) {
    if (keys && label && !told.has(keys)) {
      told.add(keys);
      const words = document.createElement("dd");
      words.textContent = label.trim();
      list.append(word(keys), words);
    }
  }

  function openSheet() {
    const list = sheet.querySelector("dl");
    const told = new Set();
    list.replaceChildren();
    const opened = Array.from(document.querySelectorAll("[data-shortcut]"));
    // what the page itself does comes before the places that one can go to
    function tellOpened(isPlace) {
      for (const element of opened) {
        if (element.dataset.shortcut.includes(" ") === isPlace) {
          tell(list, told, element.dataset.shortcut, element.dataset.shortcutLabel || element.textContent);
        }
      }
    }
    tellOpened(false);
    for (const element of document.querySelectorAll("[data-next-key]")) {
      tell(list, told, element.dataset.nextKey, sheet.dataset.next);
      tell(list, told, element.dataset.previousKey, sheet.dataset.previous);
    }
    for (const element of document.querySelectorAll("[data-row-key]")) {
      tell(list, told, element.dataset.rowKey, element.dataset.rowLabel);
    }
    tellOpened(true);
    sheet.showModal();
  }

  if (sheet) {
    sheet.addEventListener("click", function (event) {
      if (event.target === sheet || event.target.closest("[data-close]")) {
        sheet.close();
      }
    });
  }

  function press(key, at) {
    const second = begun !== "" && at - begunAt < PATIENCE;
    const keys = second ? begun + " " + key : key;
    begun = "";
    if (sheet && keys === "?") {
      openSheet();
      return true;
    }
    const found = find(keys);
    if (found) {
      serve(found);
    }
    if (found || second) {
      return Boolean(found);
    }
    if (begins(key)) {
      begun = key;
      begunAt = at;
      return true;
    }
    return onRow(key) || move(key);
  }

  function arrows(event) {
    const area = event.target.closest("form, [data-arrows]");
    const results = area && (area.matches("[data-arrows]") ? area : area.querySelector("[data-arrows]"));
    if (!results || !isShown(results)) {
      return;
    }
    const links = Array.from(results.querySelectorAll("a[href]"));
    const at = links.indexOf(document.activeElement);
    const next = links[event.key === "ArrowDown" ? at + 1 : at - 1];
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (event.key === "ArrowUp" && at === 0) {
      const field = results.closest("form") && results.closest("form").querySelector("input[type='search']");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
  }

  document.addEventListener("keydown", function (event) {
    const target = event.target;
    if (event.defaultPrevented || event.isComposing || !target.closest) {
      return;
    }
    if ((event.key === "k" || event.key === "K") && (event.ctrlKey || event.metaKey) && !event.altKey) {
      const field = find("/");
      if (field) {
        event.preventDefault();
        serve(field);
      }
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("textarea[data-send]")) {
      event.preventDefault();
      target.form.requestSubmit();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      arrows(event);
      return;
    }
    if (event.key === "Escape" && target.closest(".site-search")) {
      document.activeElement.blur();
      return;
    }
    const typing = target.closest(TYPED_IN) || (sheet && sheet.open);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isOff()) {
      return;
    }
    if (event.key === "Enter") {
      openRow(event);
    } else if (event.key.length === 1 && press(event.key, event.timeStamp)) {
      event.preventDefault();
    }
  });

  /* The switch on /aide/clavier: kept by this browser, which is where the keyboard is. */
  const toggle = document.querySelector("[data-shortcuts-switch]");
  if (toggle) {
    toggle.checked = !isOff();
    toggle.addEventListener("change", function () {
      try {
        localStorage.setItem(OFF, toggle.checked ? "oui" : "non");
      } catch {
        toggle.checked = true;
      }
    });
  }
})();
