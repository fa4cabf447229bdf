'use strict';
(() => {
    const cards = Array.from(document.querySelectorAll('#cards > .card'));
    const form = document.getElementById('filters');
    if (!form || cards.length === 0) {
        return;
    }
    const mode = document.getElementById('filter-mode');
    const kind = document.getElementById('filter-kind');
    const text = document.getElementById('filter-text');
    const count = document.getElementById('filter-count');
    const texts = new Map();

    const words = card => {
        if (!texts.has(card)) {
            texts.set(card, card.textContent.toLowerCase());
        }
        return texts.get(card);
    };
    const fits = card =>
        (!mode.value || card.dataset.mode === mode.value) &&
        (!kind.value || card.dataset.kinds.split(' ').includes(kind.value)) &&
        (!text.value || words(card).includes(text.value.toLowerCase()));
    const apply = () => {
        let shown = 0;
        for (const card of cards) {
            card.hidden = !fits(card);
            shown += card.hidden ? 0 : 1;
        }
        count.textContent = shown === cards.length ? '' : shown + ' of ' + cards.length + ' fit';
    };
    const open = isOpen => {
        for (const card of cards) {
            if (!card.hidden) {
                card.open = isOpen;
            }
        }
    };

    let waiting = 0;
    text.addEventListener('input', () => {
        clearTimeout(waiting);
        waiting = setTimeout(apply, 150);
    });
    mode.addEventListener('change', apply);
    kind.addEventListener('change', apply);
    form.addEventListener('submit', event => event.preventDefault());
    document.getElementById('open-all').addEventListener('click', () => open(true));
    document.getElementById('close-all').addEventListener('click', () => open(false));
    form.hidden = false;
})();
