// What the edge runs before every request: CloudFront Functions, JavaScript runtime 2.0.
// The line of constants above (R, H, L, S, P, B) is written by edge_code.py; lines that are only a
// comment are left out there. R: the release, H: the canonical host, L: the layers, base first,
// S and P: the salt and the packed overrides, B: the files without an ending.
const crypto = require('crypto');
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const asset = /^(assets|media)\/(.*\/)?[^/]+\.[0-9a-f]{8}\.[^./]+$/;
const odd = /[\/\\\x00-\x1f\x7f]/;
const dots = /(\/|\\|%2f|%5c)(\.|%2e){1,2}(\/|\\|%2f|%5c|$)/i;

function query(found) {
  const parts = [];
  Object.keys(found || {}).forEach(function (name) {
    (found[name].multiValue || [found[name]]).forEach(function (each) {
      parts.push(name + (each.value ? '=' + each.value : ''));
    });
  });
  return parts.length ? '?' + parts.join('&') : '';
}

function moved(address, request) {
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: {
      'location': { value: address + query(request.querystring) },
      'cache-control': { value: 'public, max-age=3600' }
    }
  };
}

// The names between the slashes, decoded; null for what no file can have.
function steps(uri) {
  try {
    const found = uri.slice(1).split('/').map(decodeURIComponent);
    const last = found.length - 1;
    const bad = found.some(function (name, at) {
      return odd.test(name) || name === '.' || name === '..' || (name === '' && at < last);
    });
    return bad || uri[0] !== '/' ? null : found;
  } catch (broken) {
    return null;
  }
}

function encoded(path) {
  return path.split('/').map(encodeURIComponent).join('/');
}

// The layer in which a path stands: its sign in the overrides, '' for none.
function sign(path) {
  const hash = crypto.createHash('md5').update(S + path).digest('base64').slice(0, 5);
  let at = P.indexOf(hash);
  while (at >= 0 && at % 6) at = P.indexOf(hash, at + 1);
  return at < 0 ? '' : P[at + 5];
}

function key(path) {
  const found = sign(path);
  if (found === '-') return '/missing';
  if (!found && asset.test(path)) return '/shared/' + encoded(path);
  return '/layers/' + L[found ? digits.indexOf(found) : 0] + '/' + encoded(path);
}

function handler(event) {
  const request = event.request;
  const headers = request.headers;
  if (!R) {
    return {
      statusCode: 503,
      statusDescription: 'Service Unavailable',
      headers: {
        'content-type': { value: 'text/html; charset=utf-8' },
        'cache-control': { value: 'no-store' }
      },
      body: '<!doctype html><meta charset=utf-8><title>503</title><p lang=zh>\u8fd9\u91cc\u8fd8\u6ca1\u6709\u53d1\u5e03\u3002<p lang=en>Not published yet.'
    };
  }
  headers['x-release'] = { value: R };
  headers['x-viewer'] = { value: event.viewer.ip };
  // "/api/../x" belongs to the site for who resolves the dots, and would reach any of its keys.
  if (request.uri.startsWith('/api/') && !dots.test(request.uri)) return request;
  const safe = request.method === 'GET' || request.method === 'HEAD';
  const other = H && headers.host && headers.host.value.toLowerCase() !== H;
  if (other && safe && request.uri[0] === '/') {
    return moved('https://' + H + request.uri, request);
  }
  const names = steps(request.uri);
  if (!names) {
    request.uri = '/missing';
    return request;
  }
  const path = names.join('/');
  const last = names[names.length - 1];
  if (last && last.indexOf('.') < 0 && B.indexOf(path) < 0) {
    return moved('/' + encoded(path) + '/', request);
  }
  request.uri = key(last ? path : path + 'index.html');
  return request;
}
