import { existsSync } from 'node:fs';
import { findAdapter } from '../devices/gpu-adapter.ts';

const folder = '/usr/lib/chromium';

/**
 * Lets Node's WebGPU find a software adapter, Chromium's SwiftShader, where nothing else is set up.
 * @returns why there is no adapter; undefined when there is one
 */
export async function findTestAdapter(): Promise<string | undefined> {
  const driver = `${folder}/vk_swiftshader_icd.json`;
  if (!process.env.VK_ICD_FILENAMES && existsSync(driver)) {
    process.env.VK_ICD_FILENAMES = driver;
    keepLoaded(`${folder}/libvulkan.so.1`);
  }
  const found = await findAdapter();
  return 'missing' in found ? found.missing : undefined;
}

/**
 * Dawn asks the system for libvulkan by its name, and Chromium's lies where the system does not look; once loaded it
 * is found. It is no Node module, which is why loading it "fails"; with RTLD_NODELETE it stays.
 */
function keepLoaded(library: string): void {
  const lazily = 1;
  const noDelete = 0x1000;
  try {
    process.dlopen({ exports: {} }, library, lazily | noDelete);
  } catch {}
}
