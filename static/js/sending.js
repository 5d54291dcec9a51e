/* A form marked data-sending says how far it is: what was sent in percent, then that the server is
   at work; with data-seconds a bar goes as far as that time has gone, and no further than nearly
   full. Without this script the browser sends it as it sends every form. */
(function () {
  "use strict";

  const NEARLY = 0.95;

  document.addEventListener("submit", function (event) {
    const form = event.target.closest("form[data-sending]");
    if (!form || event.defaultPrevented) {
      return;
    }
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") {
      send(form, event.submitter);
    }
  });

  function send(form, button) {
    const shown = form.querySelector("[data-sending-shown]");
    const words = shown.querySelector("[data-sending-words]");
    const bar = shown.querySelector("progress");
    const request = new XMLHttpRequest();
    const body = new FormData(form, button);
    const expected = 1000 * Number(shown.dataset.seconds || 0);
    let clock = null;

    function work() {
      bar.removeAttribute("value");
      words.textContent = words.dataset.reading;
      if (expected && clock === null) {
        const begun = performance.now();
        clock = setInterval(function () {
          const gone = (performance.now() - begun) / expected;
          if (gone < NEARLY) {
            bar.value = Math.floor(100 * gone);
          } else {
            bar.removeAttribute("value");
          }
        }, 250);
      }
    }

    function rest(text) {
      clearInterval(clock);
      form.removeAttribute("aria-busy");
      bar.hidden = true;
      words.textContent = text;
    }

    form.setAttribute("aria-busy", "true");
    shown.hidden = bar.hidden = false;
    work();
    request.upload.addEventListener("progress", function (sent) {
      if (sent.lengthComputable && sent.loaded < sent.total) {
        bar.value = Math.floor((100 * sent.loaded) / sent.total);
        words.textContent = words.dataset.sent + bar.value + "\u00a0%";
      }
    });
    request.upload.addEventListener("load", work);
    request.addEventListener("error", function () {
      rest(words.dataset.failed);
    });
    request.addEventListener("load", function () {
      const next = request.getResponseHeader("HX-Redirect");
      if (next) {
        location.assign(next);
        return;
      }
      rest(show(request.responseText) ? "" : words.dataset.failed);
    });
    request.open("POST", form.action);
    request.setRequestHeader("HX-Request-Type", "partial");
    request.send(body);
  }

  /* The page that says why not, in the place of this one; false where there is none. */
  function show(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.querySelector("main");
    if (!main) {
      return false;
    }
    document.title = page.title;
    document.querySelector("main").replaceWith(main);
    const wanted = main.querySelector(".error-summary, [aria-invalid='true']") || main;
    wanted.setAttribute("tabindex", "-1");
    wanted.focus();
    return true;
  }

  /* Back from the preview, the form is ready again. */
  addEventListener("pageshow", function (event) {
    if (event.persisted) {
      document.querySelectorAll("form[data-sending]").forEach(function (form) {
        form.removeAttribute("aria-busy");
        form.querySelector("[data-sending-shown]").hidden = true;
      });
    }
  });
})();
