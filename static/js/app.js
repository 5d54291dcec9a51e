/* What the pages gain when scripts run. Nothing here is needed to do one's work:
   every link and form works alone; htmx swaps parts; this file minds focus, menus and messages. */
(function () {
  "use strict";

  const root = document.documentElement;
  root.classList.add("js");

  /* Focus. A swap that removes the focused element throws a keyboard user back to the top
     of the page; so the new part takes the focus: its first field in error, else itself. */
  let held = null;

  document.addEventListener("htmx:before:swap", function (event) {
    const active = document.activeElement;
    const tasks = (event.detail && event.detail.tasks) || [];
    held = null;
    for (const task of tasks) {
      const target = typeof task.target === "string" ? document.querySelector(task.target) : task.target;
      if (task.type === "main" && target && target.contains(active) && active !== document.body) {
        held = target.id;
        // the old part keeps its place until the new one stands before it: without this the
        // browser would follow the old one down, and leave the reader at the end of the page
        root.classList.add("swapping");
      }
    }
  });

  document.addEventListener("htmx:after:swap", function () {
    const part = held && document.getElementById(held);
    held = null;
    // a frame's layout comes after its callbacks, hence the second one
    requestAnimationFrame(function () {
      requestAnimationFrame(function () {
        root.classList.remove("swapping");
      });
    });
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (!part || !lost) {
      return;
    }
    const wanted = part.querySelector("[autofocus], [aria-invalid='true'], .error-summary") || part;
    if (wanted === part || wanted.classList.contains("error-summary")) {
      wanted.setAttribute("tabindex", "-1");
    }
    wanted.focus({ preventScroll: wanted === part });
  });

  /* Messages */
  const messages = document.getElementById("messages");

  function say(text) {
    if (!messages || !text) {
      return;
    }
    const box = document.createElement("div");
    const line = document.createElement("p");
    box.className = "message message--error";
    line.textContent = text;
    box.append(line);
    messages.replaceChildren(box);
    messages.scrollIntoView({ block: "nearest" });
  }

  /* What was said of the last action goes as the next one begins */
  document.addEventListener("htmx:before:request", function (event) {
    const context = event.detail && event.detail.ctx;
    if (messages && context && context.request.method !== "GET") {
      messages.replaceChildren();
    }
  });

  /* A message that comes with a part floats: the page stays where the hand is */
  document.addEventListener("htmx:after:swap", function () {
    if (messages && messages.childElementCount) {
      messages.parentElement.classList.add("afloat");
    }
  });

  /* The server did not answer, or a proxy answered in its place: our own error pages
     bring their own message, out of band. */
  document.addEventListener("htmx:response:error", function (event) {
    const context = event.detail.ctx;
    if (context.response.status >= 500 && !/id="messages"/.test(context.text || "")) {
      say(messages && messages.dataset.failure);
    }
  });
  document.addEventListener("htmx:error", function () {
    say(messages && messages.dataset.failure);
  });

  document.addEventListener("click", function (event) {
    const close = event.target.closest("[data-dismiss]");
    if (close) {
      const box = close.closest(".message");
      if (box) {
        box.remove();
      }
      const main = document.getElementById("content");
      if (main) {
        main.focus({ preventScroll: true });
      }
      return;
    }
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      // innerText tells what is drawn: the buttons beside each value are left out
      const source = document.getElementById(copy.dataset.copy);
      source.classList.add("is-copied");
      const copied = source.innerText;
      source.classList.remove("is-copied");
      navigator.clipboard.writeText(copied).then(function () {
        copy.textContent = copy.dataset.copied;
      });
    }
    if (event.target.closest("[data-print]")) {
      window.print();
    }
    if (event.target.closest("[data-fullscreen]")) {
      if (document.fullscreenElement) {
        document.exitFullscreen();
      } else if (root.requestFullscreen) {
        root.requestFullscreen();
      }
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  /* Who fills in what belongs to one of several answers has chosen that answer */
  document.addEventListener("change", function (event) {
    const answer = event.target.closest("[data-picks]");
    const radio = answer && answer.querySelector("input[type='radio']");
    if (radio) {
      radio.checked = true;
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") {
      return;
    }
    const menu = event.target.closest && event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* Sorting by keyboard: j, k or the arrows go from row to row; f, d, a act on what is ticked,
     or on the row one stands on. */
  const SORTS = { f: "done", a: "abandoned" };

  function isTyping(target) {
    return target.matches("input:not([type=checkbox]), textarea, select");
  }

  document.addEventListener("keydown", function (event) {
    const form = document.querySelector("[data-sorter]");
    if (!form || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    const boxes = Array.from(form.querySelectorAll("input[name=step]"));
    const row = event.target.closest("li");
    const at = boxes.findIndex(function (box) { return row && row.contains(box); });
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      boxes[Math.min(boxes.length - 1, Math.max(0, at + step))].focus();
    } else if (event.key in SORTS || event.key === "d") {
      event.preventDefault();
      if (!boxes.some(function (box) { return box.checked; }) && at >= 0) {
        boxes[at].checked = true;
      }
      if (event.key === "d") {
        form.querySelector("input[name=date]").focus();
      } else {
        form.querySelector("[name=how][value=" + SORTS[event.key] + "]").click();
      }
    }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-check-all]")) {
      for (const box of event.target.closest("form").querySelectorAll("input[name=step]")) {
        box.checked = true;
      }
    }
  });
})();
