/** What a model, or a page that it read, may write to run, load or reach something. */

/** Markdown and HTML that try to run script. */
export const SCRIPTS = [
  "<script>window.top.hacked = 1</script>",
  "<img src=x onerror='window.top.hacked=1'>",
  "<svg/onload=window.top.hacked=1>",
  "<svg><script>window.top.hacked=1</script></svg>",
  "<iframe srcdoc='<script>top.hacked=1</script>'></iframe>",
  "<a href='javascript:window.top.hacked=1'>x</a>",
  "<details open ontoggle=window.top.hacked=1>x</details>",
  "<math><mi xlink:href='javascript:top.hacked=1'>x</mi></math>",
  "<style>*{background:url(javascript:top.hacked=1)}</style>",
  "<input autofocus onfocus=window.top.hacked=1>",
  "<object data='javascript:top.hacked=1'></object><embed src='javascript:top.hacked=1'>",
  "<meta http-equiv=refresh content='0;url=javascript:top.hacked=1'>",
  "<noscript><p title=\"</noscript><img src=x onerror=top.hacked=1>\">",
  "[x](javascript:window.top.hacked=1 \"onclick=top.hacked=1\")",
  "![x](x\"onerror=\"window.top.hacked=1)",
  "![x]( x 'onerror=window.top.hacked=1')",
  "[x]: javascript:top.hacked=1\n\n[x] and [y][x]",
  "<javascript:top.hacked=1> and <JAVASCRIPT:top.hacked=1>",
  "$\\href{javascript:top.hacked=1}{x}$ and $$\\url{javascript:top.hacked=1}$$",
  "$\\htmlStyle{background:url(javascript:top.hacked=1)}{x} \\includegraphics{x}$",
  "`<img src=x onerror=top.hacked=1>` and\n\n    <script>top.hacked=1</script>",
  "```html\n<script>window.top.hacked=1</script>\n```",
  "| <img src=x onerror=top.hacked=1> |\n|---|\n| [x](javascript:top.hacked=1) |",
  "text[^1]\n\n[^1]: <script>top.hacked=1</script> [x](vbscript:top.hacked=1)",
];

/** Diagrams that other renderers run or draw. */
export const DIAGRAMS = [
  "```mermaid\ngraph TD; A[<img src=x onerror=top.hacked=1>] --> B\nclick A \"javascript:top.hacked=1\"\n```",
  "```svg\n<svg onload=top.hacked=1><circle r=9 /></svg>\n```",
  "```dot\ndigraph { a [URL=\"javascript:top.hacked=1\"] }\n```",
  "```plantuml\n@startuml\n:[[javascript:top.hacked=1 x]];\n@enduml\n```",
  "```vega-lite\n{\"data\": {\"url\": \"http://127.0.0.2/x\"}}\n```",
];

/** Addresses that must lead nowhere; each also as Markdown writes it, with entities. */
export const ADDRESSES = [
  "javascript:top.hacked=1",
  "JaVaScRiPt:top.hacked=1",
  "java\tscript:top.hacked=1",
  "java\nscript:top.hacked=1",
  "java\rscript:top.hacked=1",
  "\u0001javascript:top.hacked=1",
  " javascript:top.hacked=1",
  "\u00a0javascript:top.hacked=1",
  "javascript&colon;top.hacked=1",
  "javascript&#58;top.hacked=1",
  "javascript&#x3a;top.hacked=1",
  "&#106;avascript:top.hacked=1",
  "&#x6A&#x61&#x76&#x61script:top.hacked=1",
  "java&Tab;script:top.hacked=1",
  "java&NewLine;script:top.hacked=1",
  "javascript\\:top.hacked=1",
  "feed:javascript:top.hacked=1",
  "view-source:javascript:top.hacked=1",
  "vbscript:top.hacked=1",
  "data:text/html,<script>top.hacked=1</script>",
  "data:text/html;base64,PHNjcmlwdD50b3AuaGFja2VkPTE8L3NjcmlwdD4=",
  "data:image/svg+xml,<svg onload=top.hacked=1>",
  "blob:https://a.example/1",
  "filesystem:https://a.example/x",
  "file:///etc/passwd",
  "about:blank",
  "ms-word:ofe|u|http://127.0.0.2/x",
];
