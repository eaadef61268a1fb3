'use strict';
// A card's code stands behind the # of an address, which no browser sends. It is shown, put into
// the field for it, and handed on to the next page in the same way; then it leaves the address.
const code = window.location.hash.slice(1);
if (/^[0-9A-Z]{12}$/.test(code)) {
  const grouped = code.match(/.{4}/g).join('-');
  document.querySelectorAll('[data-card]').forEach((place) => {
    place.querySelector('code').textContent = grouped;
    place.hidden = false;
  });
  document.querySelectorAll('[data-carry]').forEach((link) => {
    link.hash = code;
  });
  const field = document.getElementById('id_code');
  if (field && !field.value) {
    field.value = grouped;
  }
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
}
