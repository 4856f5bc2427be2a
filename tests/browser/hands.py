"""What a person does with a real mouse and keyboard in the admin: log in, select words, choose rows."""

import re

from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

PASSWORD = "a long enough password"
PLACE = """
([words, text]) => {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const first = text.textContent.indexOf(words);
  if (first < 0) throw new Error(`these words are not there: ${words}`);
  const range = document.createRange();
  for (let seen = 0; walker.nextNode(); seen += walker.currentNode.data.length) {
    const node = walker.currentNode, end = seen + node.data.length;
    if (first >= seen && first < end) range.setStart(node, first - seen);
    if (first + words.length > seen && first + words.length <= end) range.setEnd(node, first + words.length - seen);
  }
  range.startContainer.parentElement.scrollIntoView({block: "center"});
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
  const a = rects[0], z = rects[rects.length - 1];
  return [a.left + 0.5, a.top + a.height / 2, z.right - 0.5, z.top + z.height / 2];
}
"""


def log_in(page: Page, name: str, group: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    return user


def drag(page: Page, words: str, *, backwards: bool = False) -> None:
    """Select words of the source text as a hand does: press, move, let go."""
    text = page.locator("#source-text").element_handle()
    x1, y1, x2, y2 = page.evaluate(PLACE, [words, text])
    if backwards:
        x1, y1, x2, y2 = x2, y2, x1, y1
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=3)
    page.mouse.move(x2, y2, steps=3)
    page.mouse.up()


def choose(page: Page, field: str, typed: str, row: int = 0) -> None:
    """Choose a row by the beginning of its name."""
    page.locator(f".field-{field} .select2-selection").nth(row).click()
    page.keyboard.type(typed)
    found = page.locator(".select2-results__option--highlighted")
    expect(found).to_contain_text(re.compile(re.escape(typed), re.IGNORECASE))
    page.keyboard.press("Enter")
