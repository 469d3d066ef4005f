/** Whether this page is the one for guests of a node, which serves it at another address. */
export const isForGuests = document.getElementById('app')?.dataset['for'] === 'guests'
