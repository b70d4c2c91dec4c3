import { closeSync, openSync, readSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFormat, formatOf, headBytes, shortFormat } from '../../src/domain/binary-format.ts';
import { elf, macCpu, machO, pe, universal } from '../support/programs.ts';

const dosProgram = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]);
const javaClass = Buffer.from('cafebabe00000041001d0a0002000307', 'hex');

describe('what a file is', () => {
  it.each<[Buffer, string, string]>([
    [elf({ machine: 62 }), 'an ELF binary for Linux on x86-64', 'ELF x86-64'],
    [elf({ machine: 183, abi: 3, type: 2 }), 'an ELF binary for Linux on aarch64', 'ELF aarch64'],
    [elf({ machine: 3, bits: 32 }), 'an ELF binary for Linux on i386', 'ELF i386'],
    [elf({ machine: 40, bits: 32 }), 'an ELF binary for Linux on arm', 'ELF arm'],
    [elf({ machine: 243 }), 'an ELF binary for Linux on riscv', 'ELF riscv'],
    [elf({ machine: 22, big: true }), 'an ELF binary for Linux on s390x', 'ELF s390x'],
    [elf({ machine: 21, big: true }), 'an ELF binary for Linux on powerpc', 'ELF powerpc'],
    [elf({ machine: 62, abi: 9 }), 'an ELF binary for FreeBSD on x86-64', 'ELF x86-64'],
    [elf({ machine: 62, type: 1 }), 'an ELF object file for Linux on x86-64', 'ELF x86-64'],
    [elf({ machine: 62, type: 4 }), 'an ELF core dump for Linux on x86-64', 'ELF x86-64'],
    [elf({ machine: 4711 }), 'an ELF binary for Linux on processor 4711', 'ELF processor 4711'],
    [elf({ machine: 62, big: true }), 'an ELF binary for Linux on processor 62', 'ELF processor 62'],
    [elf({ machine: 62, abi: 200 }), 'an ELF binary for system 200 on x86-64', 'ELF x86-64'],
    [machO(macCpu.arm64), 'a Mach-O binary for Apple silicon', 'Mach-O arm64'],
    [machO(macCpu.x86_64), 'a Mach-O binary for Intel', 'Mach-O x86-64'],
    [machO(macCpu.x86_64, { type: 6 }), 'a Mach-O library for Intel', 'Mach-O x86-64'],
    [machO(18, { big: true }), 'a Mach-O binary for powerpc', 'Mach-O powerpc'],
    [
      universal([macCpu.x86_64, macCpu.arm64]),
      'a universal Mach-O binary for Intel and Apple silicon',
      'Mach-O universal',
    ],
    [
      universal([macCpu.arm64], { wide: true }),
      'a universal Mach-O binary for Apple silicon',
      'Mach-O universal',
    ],
    [pe(), 'a Windows program (PE) for x64', 'PE x64'],
    [pe({ machine: 0xaa64 }), 'a Windows program (PE) for arm64', 'PE arm64'],
    [pe({ machine: 0x14c, subsystem: 2 }), 'a Windows program (PE) for x86', 'PE x86'],
    [pe({ dll: true }), 'a Windows library (PE) for x64', 'PE x64'],
    [pe({ subsystem: 10 }), 'a Windows driver or boot program (PE) for x64', 'PE x64'],
    [Buffer.from('#!/bin/sh\necho\n'), 'a script for /bin/sh', 'script'],
    [Buffer.from('#! /usr/bin/env -S node -x\n'), 'a script for node', 'script'],
    [Buffer.from('#!/usr/bin/env'), 'a script for /usr/bin/env', 'script'],
    [Buffer.from('#!/bin/bash -e'), 'a script for /bin/bash', 'script'],
    [Buffer.from('#!\u001b[2J/x\u202e\n'), 'a script for [2J/x', 'script'],
    [Buffer.from('#!\n'), 'a script for nothing', 'script'],
    [Buffer.from('PK\u0003\u0004more'), 'a zip', 'zip'],
    [Buffer.alloc(0), 'empty', 'empty'],
    [Buffer.from('{"text": "äöü"}\r\n\t'), 'plain text', 'text'],
    [Buffer.from('\ufeffutf-16', 'utf16le'), 'plain text', 'text'],
    [Buffer.from([0x61, 0xe4, 0x62]), 'no program of a known kind', 'other'],
    [Buffer.from([0, 1, 2]), 'no program of a known kind', 'other'],
    [dosProgram, 'no program of a known kind', 'other'],
    [javaClass, 'no program of a known kind', 'other'],
  ])('%# is told by its header', (bytes, description, short) => {
    const format = formatOf(bytes);
    expect(describeFormat(format)).toBe(description);
    expect(shortFormat(format)).toBe(short);
  });

  it('tells the program that runs these tests', () => {
    const head = Buffer.alloc(headBytes);
    const file = openSync(process.execPath, 'r');
    readSync(file, head);
    closeSync(file);
    const kind = { linux: 'elf', darwin: 'mach-o', win32: 'pe' }[process.platform as string];
    const processor = process.arch === 'arm64' ? 'aarch64' : 'x86-64';
    expect(JSON.stringify(formatOf(head))).toContain(`"kind":"${kind}"`);
    expect(JSON.stringify(formatOf(head))).toContain(processor);
  });

  it('takes text for text where its head ends within a character', () => {
    expect(formatOf(Buffer.from('ä'.repeat(headBytes)).subarray(1, 1 + headBytes)).kind).toBe('other');
    expect(formatOf(Buffer.from(`x${'ä'.repeat(headBytes)}`).subarray(0, headBytes)).kind).toBe('text');
  });

  it('is the same wherever in a buffer it lies', () => {
    for (const bytes of [elf({ machine: 62 }), machO(macCpu.arm64), pe()]) {
      const inside = Buffer.concat([Buffer.from('xyz'), bytes]).subarray(3);
      expect(formatOf(inside)).toEqual(formatOf(bytes));
    }
  });

  const headers = [
    elf({ machine: 62 }),
    elf({ machine: 22, big: true, bits: 32 }),
    machO(macCpu.arm64),
    universal([macCpu.x86_64, macCpu.arm64], { wide: true }),
    pe(),
    Buffer.from('#!/usr/bin/env node\n'),
    Buffer.from('PK\u0003\u0004'),
  ];

  it('is told of headers cut short at every length, and never as another kind of program', () => {
    for (const whole of headers) {
      const { kind } = formatOf(whole);
      for (let length = 0; length < whole.length; length += 1) {
        const cut = formatOf(whole.subarray(0, length)).kind;
        expect([kind, 'empty', 'text', 'other', 'script']).toContain(cut);
      }
    }
  });

  it('never throws, whatever bytes it is given, and speaks in printable words', () => {
    const changed = fc
      .tuple(
        fc.constantFrom(...headers),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 8 }),
      )
      .map(([header, edits]) => {
        const bytes = Buffer.from(header);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        return bytes;
      });
    const random = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.oneof(random, changed), (bytes) => {
        const format = formatOf(bytes);
        const words = `${describeFormat(format)} ${shortFormat(format)}`;
        expect(words).toMatch(/^[\x20-\x7e]+$/);
        expect(words.length).toBeLessThan(400);
      }),
      { numRuns: 2_000 },
    );
  });
});
