// Runs before the first paint so that a person who chose a theme never sees the other one flash by.
(function () {
  var scheme = null;
  try {
    scheme = JSON.parse(localStorage.getItem('masthead.theme'));
  } catch (error) {
    scheme = null; // storage is switched off: the system decides
  }
  if (scheme !== 'light' && scheme !== 'dark') {
    scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
