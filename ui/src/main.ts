import "@fontsource-variable/inter";
import "./kit/theme.css";
import { mount } from "svelte";
import App from "./app/App.svelte";
import { House } from "./app/house.svelte";
import { native } from "./link/native";

const target = document.getElementById("app");
if (target) mount(App, { target, props: { house: new House(native) } });
