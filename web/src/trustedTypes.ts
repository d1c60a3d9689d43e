// The content security policy demands Trusted Types. Mantine writes its variables as the text of a style element; a
// string without `<` and `&` can be no markup, and every other string is refused. This has to run before anything else.
interface PolicyFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string; createScriptURL: (url: string) => string }): unknown;
}

const factory = Reflect.get(globalThis, 'trustedTypes') as PolicyFactory | undefined;
factory?.createPolicy('default', {
  createHTML: (text) => {
    if (/[<&]/.test(text)) throw new TypeError('Markup from a string is refused.');
    return text;
  },
  // A worker's script is one of the page's own.
  createScriptURL: (url) => {
    if (new URL(url, document.baseURI).origin !== location.origin) throw new TypeError('A script from elsewhere is refused.');
    return url;
  },
});
