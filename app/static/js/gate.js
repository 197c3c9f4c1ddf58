// The gate's page: the camera reads a code where the browser can, and a lost line is said plainly.
"use strict";

(() => {
  const told = document.querySelector("[data-offline]");
  const say = () => (told.hidden = navigator.onLine);
  addEventListener("online", say);
  addEventListener("offline", say);
  say();
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-online-only]") || navigator.onLine) return;
    event.preventDefault(); // what was typed stays where it is
    told.hidden = false;
  }, true);

  const button = document.querySelector("[data-scan]");
  const video = document.querySelector("[data-camera]");
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      return (button.disabled = true);
    }
    video.hidden = false;
    await video.play();
    const reader = new BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      const [found] = await reader.detect(video).catch(() => []);
      if (!found) return requestAnimationFrame(look);
      video.srcObject.getTracks().forEach((track) => track.stop());
      location.assign(`/gate/?q=${encodeURIComponent(found.rawValue)}`);
    };
    look();
  });
})();
