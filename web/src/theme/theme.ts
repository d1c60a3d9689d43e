// Mantine with our tokens: it brings behaviour (focus, menus, dialogs), the look is ours.
import { Button, createTheme, type CSSVariablesResolver, type MantineColorsTuple, Menu, Modal } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eeedfc',
  '#dcdaf8',
  '#c3c1fb',
  '#a7abff',
  '#8984f0',
  '#6560e0',
  '#4740c4',
  '#3a34a8',
  '#2f2a8c',
  '#241f70',
];

const dark: MantineColorsTuple = [
  '#e4e8ed',
  '#b4bcc7',
  '#929ba8',
  '#727d8b',
  '#3a434f',
  '#272e37',
  '#1b2027',
  '#14181d',
  '#0e1115',
  '#0a0d10',
];

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  fontFamily: 'var(--font-sans)',
  fontFamilyMonospace: 'var(--font-mono)',
  defaultRadius: 4,
  respectReducedMotion: true,
  focusRing: 'auto',
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'compact-sm', variant: 'default' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'none', radius: 6, transitionProps: { duration: 0 } } }),
    Modal: Modal.extend({
      defaultProps: { radius: 6, shadow: 'none', transitionProps: { duration: 100, transition: 'fade' }, overlayProps: { backgroundOpacity: 0.35 } },
    }),
  },
});

const shared = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text1)',
  '--mantine-color-dimmed': 'var(--text3)',
  '--mantine-color-placeholder': 'var(--text3)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text1)',
  '--mantine-color-default-border': 'var(--control)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-primary-color-filled': 'var(--accent-fill)',
  '--mantine-primary-color-filled-hover': 'var(--accent-fill-hover)',
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--mantine-line-height': '20px', '--mantine-font-size-md': '13px', '--mantine-font-size-sm': '13px' },
  light: shared,
  dark: shared,
});
