"""A button that puts a table on the clipboard, so that it is pasted into Word as a table."""

from __future__ import annotations

from aadash.app.spoken import st

_JS = """
export default function (component) {
  const { parentElement, data } = component;
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector("span");
  button.onclick = async () => {
    const text = new DOMParser().parseFromString(data.html, "text/html").body.innerText;
    try {
      await navigator.clipboard.write([new ClipboardItem({
        "text/html": new Blob([data.html], { type: "text/html" }),
        "text/plain": new Blob([text], { type: "text/plain" }),
      })]);
      said.textContent = "Copied. Paste it into Word.";
    } catch (error) {
      said.textContent = "The browser does not allow copying here. Use the Word file.";
    }
  };
}
"""
_CSS = """
button{font:inherit;color:var(--st-text-color);background:var(--st-background-color);border:1px solid var(--st-border-color);
border-radius:var(--st-button-radius);padding:.4rem .75rem;cursor:pointer}
button:hover{border-color:var(--st-primary-color);color:var(--st-primary-color)}
span{margin-left:.6rem;font-size:.85rem}
"""


@st.cache_resource(show_spinner=False)
def _component() -> object:
    return st.components.v2.component(
        "aadash_copy", html='<button type="button">Copy for Word</button><span role="status"></span>', css=_CSS, js=_JS
    )


def copy_button(html: str, key: str) -> None:
    """A button that copies ``html``, which is text that we have escaped; it is never shown."""
    _component()(data={"html": html}, key=key)  # type: ignore[operator]
