export type Tone = 'info' | 'good' | 'warn' | 'bad';

export type Message = { at: number; tone: Tone; text: string; hint?: string };

export type Notice = { text: string; tone: Tone; until: number };
