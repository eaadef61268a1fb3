'use strict';
// "Leave this page" replaces the history entry, so that the back button does not bring it back.
document.querySelectorAll('[data-leave]').forEach((link) => {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    window.location.replace(link.href);
  });
});
