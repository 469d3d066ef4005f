/** Vectors of checkups: requests and answers as bytes. */

const hex = (number: number, bytes: number): string => number.toString(16).padStart(2 * bytes, '0')

/** protocols/checkup/vectors/frames.json: the bytes of each frame without its length. */
export const checkupFrames = {
  requests: {
    valid: [
      { name: 'two ports', bytes: `02${hex(4001, 2)}${hex(80, 2)}`, ports: [4001, 80] },
      { name: 'no port, as for the time alone', bytes: '00', ports: [] },
      {
        name: 'as many ports as there may be',
        bytes: `04${hex(1, 2)}${hex(2, 2)}${hex(3, 2)}ffff`,
        ports: [1, 2, 3, 65_535],
      },
    ],
    lenient: [{ name: 'more behind, of a later version', bytes: `01${hex(4001, 2)}ffff`, ports: [4001] }],
    invalid: [
      { name: 'no bytes', bytes: '' },
      { name: 'half a port', bytes: '010f' },
      { name: 'port 0', bytes: '010000' },
      { name: 'a port too many', bytes: `05${hex(1, 2).repeat(5)}` },
      { name: 'a byte too many', bytes: '00'.repeat(65) },
    ],
  },
  answers: {
    valid: [
      {
        name: 'reached, and no answer',
        bytes: `${hex(1_764_504_000_000, 8)}020104`,
        wallMs: 1_764_504_000_000,
        dialBacks: ['reached', 'no-answer'],
      },
      {
        name: 'each other outcome',
        bytes: `${hex(0, 8)}03000203`,
        wallMs: 0,
        dialBacks: ['not-tried', 'refused', 'no-route'],
      },
    ],
    lenient: [
      { name: 'an outcome of a later version', bytes: `${hex(0, 8)}01ff`, wallMs: 0, dialBacks: ['not-tried'] },
    ],
    invalid: [
      { name: 'half a time', bytes: '00000000' },
      { name: 'a time that no date has', bytes: `${'ff'.repeat(8)}00` },
      { name: 'fewer outcomes than it says', bytes: `${hex(0, 8)}0201` },
      { name: 'an outcome too many', bytes: `${hex(0, 8)}050101010101` },
    ],
  },
}
