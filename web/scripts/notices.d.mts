import type { Plugin } from 'vite';
export interface PackageNotice { name: string; version: string; license: string; texts: string[] }
export function productionPackages(start?: string): PackageNotice[];
export function noticesText(packages: PackageNotice[]): string;
export function thirdPartyNotices(): Plugin;
