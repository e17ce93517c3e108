const LINUX = [
  'libopenblas.so.0',
  // Fedora's, with threads, and the name that only development packages have.
  'libopenblasp.so.0',
  'libopenblas.so',
  'libmkl_rt.so.2',
  'libmkl_rt.so.1',
  'libblis.so.4',
  'libblis.so.3',
  // That of AMD's, with threads.
  'libblis-mt.so',
];

const APPLE = [
  '/System/Library/Frameworks/Accelerate.framework/Accelerate',
  '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
  '/usr/local/opt/openblas/lib/libopenblas.dylib',
  'libopenblas.dylib',
  '/opt/homebrew/opt/blis/lib/libblis.dylib',
  '/usr/local/opt/blis/lib/libblis.dylib',
  'libmkl_rt.2.dylib',
];

const WINDOWS = ['libopenblas.dll', 'openblas.dll', 'mkl_rt.2.dll', 'mkl_rt.1.dll', 'libblis.4.dll'];

/** Where a BLAS is looked for when none is named, the first that works first; the system searches its folders for bare names. */
export function blasPaths(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'darwin') return APPLE;
  return platform === 'win32' ? WINDOWS : LINUX;
}
