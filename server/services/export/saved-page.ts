/* A page to save and open anywhere: one file, no scripts, nothing loaded from elsewhere. */
import { type Html, html } from '../../base/html.ts';

export const toPage = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 720px; margin: 32px auto; padding: 0 16px; overflow-wrap: anywhere; }
h1 { font-size: 22px; } h2 { font-size: 17px; margin-top: 28px; } h3 { font-size: 15px; margin: 0 0 4px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 16px 4px 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
th { font-weight: 600; width: 34%; }
article { border-top: 1px solid color-mix(in srgb, currentColor 30%, transparent); padding: 12px 0; }
iframe { width: 100%; height: 320px; resize: vertical; overflow: auto; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); background: #fff; }
pre { white-space: pre-wrap; font: inherit; margin: 8px 0; }
.muted { opacity: .75; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.html;
